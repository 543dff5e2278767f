package dev.postern.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a second process can show. */
final class FileRotationJournalIT {
  @TempDir Path directory;

  @Test
  void agentOfAnotherProcessIsRefusedWhileThisOneLives() throws Exception {
    try (FileRotationJournal mine = FileRotationJournal.open(directory)) {
      assertThat(run("open")).startsWith("InUse: another agent uses the journal");
      mine.append(Events.event(0));
    }
    assertThat(run("open")).isEqualTo("opened with 1");
  }

  @Test
  void refusalInsideThisProcessDoesNotLetAnotherProcessIn() throws Exception {
    try (FileRotationJournal mine = FileRotationJournal.open(directory)) {
      JournalException.InUse refused = null;
      try (FileRotationJournal second = FileRotationJournal.open(directory)) {
        assertThat(second.recovered()).isEmpty();
      } catch (JournalException.InUse e) {
        refused = e;
      }
      assertThat(refused).isNotNull();
      assertThat(run("open")).startsWith("InUse: another agent uses the journal");
      mine.append(Events.event(0));
    }
  }

  @Test
  void fullDiskLosesNothingThatWasConfirmedAndWritingGoesOnWhenThereIsRoom() throws Exception {
    List<String> lines = run("fill").lines().toList();

    assertThat(lines.get(0)).isEqualTo("opened with 0");
    assertThat(lines.get(1)).matches("refused after \\d+: cannot write the journal .*");
    assertThat(lines.get(2)).isEqualTo("went on");
    int confirmed = Integer.parseInt(lines.get(1).split("[ :]", -1)[2]);
    try (FileRotationJournal journal = FileRotationJournal.open(directory)) {
      assertThat(journal.recovered()).hasSize(confirmed + 1);
      assertThat(journal.recovered().getLast()).isEqualTo(Events.event(confirmed));
    }
  }

  /** 16 KiB is as long as a file of that process may become. */
  private String run(String command) throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                "bash",
                "-c",
                "ulimit -S -f 16; exec \"$@\"",
                "bash",
                java,
                "-XX:-UsePerfData",
                "-cp",
                JournalProcess.classPath(),
                JournalProcess.class.getName(),
                command,
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return output.strip();
  }
}
