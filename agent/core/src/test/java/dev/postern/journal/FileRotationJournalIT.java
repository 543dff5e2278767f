package dev.postern.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
      List<RotationEvent> recovered = journal.recovered();
      assertThat(recovered).hasSize(confirmed + 1);
      assertThat(recovered.getLast()).isEqualTo(Events.event(confirmed));
      assertThat(journal.recovered()).as("handed out once").isEmpty();
    }
  }

  /** strace answers a real call of a real process with an error of the disk. */
  @Test
  void syncThatFailsIsToldAndNothingIsWrittenUntilTheJournalIsOpenedAnew() throws Exception {
    assumeStrace();
    run("open");

    List<String> lines =
        run(
                "append",
                "strace",
                "-f",
                "-qq",
                "-o",
                "/dev/null",
                "-e",
                "inject=fsync:error=EIO:when=1")
            .lines()
            .toList();

    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).isEqualTo("opened with 0");
    assertThat(lines.get(1)).startsWith("cannot sync the journal").contains("the disk works");
    assertThat(lines.get(2)).contains("failed before (sync): restart the agent");
    assertThat(run("append").lines().skip(1)).containsExactly("appended", "appended");
    try (FileRotationJournal journal = FileRotationJournal.open(directory)) {
      // Whether the record whose sync failed is there is the disk's secret; the others are.
      assertThat(journal.recovered()).hasSizeBetween(2, 3);
    }
  }

  private static void assumeStrace() {
    boolean found =
        Stream.of(System.getenv("PATH").split(":", -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "strace")));
    if (!found && Boolean.getBoolean("postern.programs.required")) {
      throw new AssertionError("strace is required here: install the package strace");
    }
    assumeTrue(found, "strace is not installed");
  }

  /** 16 KiB is as long as a file of that process may become. */
  private String run(String command, String... under) throws IOException, InterruptedException {
    List<String> line =
        new ArrayList<>(List.of("bash", "-c", "ulimit -S -f 16; exec \"$@\"", "bash"));
    line.addAll(List.of(under));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    line.addAll(
        List.of(
            java,
            "-XX:-UsePerfData",
            "-cp",
            JournalProcess.classPath(),
            JournalProcess.class.getName(),
            command,
            directory.toString()));
    Process process =
        new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return output.strip();
  }
}
