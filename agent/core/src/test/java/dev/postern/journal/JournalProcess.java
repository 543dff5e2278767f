package dev.postern.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.slf4j.LoggerFactory;

/** The journal in a process of its own: what it prints is what a test asserts. */
@SuppressWarnings("SystemOut") // its output is its answer
final class JournalProcess {
  private JournalProcess() {}

  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[1]);
    try (FileRotationJournal journal = FileRotationJournal.open(directory)) {
      System.out.println("opened with " + journal.recovered().size());
      if (arguments[0].equals("fill")) {
        fillUntilRefused(journal);
      } else if (arguments[0].equals("append")) {
        appendTwice(journal);
      }
    } catch (JournalException e) {
      System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }

  private static void appendTwice(FileRotationJournal journal) {
    for (int event = 0; event < 2; event++) {
      try {
        journal.append(Events.event(event));
        System.out.println("appended");
      } catch (JournalException.Unwritable e) {
        System.out.println(e.getMessage());
      }
    }
  }

  /** Writes until the file may not grow, then lifts the limit and goes on. */
  private static void fillUntilRefused(FileRotationJournal journal)
      throws IOException, InterruptedException {
    int written = 0;
    try {
      while (written < 10_000) {
        journal.append(Events.event(written));
        written++;
      }
    } catch (JournalException.Unwritable full) {
      System.out.println("refused after " + written + ": " + full.getMessage());
    }
    String pid = Long.toString(ProcessHandle.current().pid());
    new ProcessBuilder("prlimit", "--pid", pid, "--fsize=unlimited:unlimited")
        .inheritIO()
        .start()
        .waitFor(10, TimeUnit.SECONDS);
    journal.append(Events.event(written));
    System.out.println("went on");
  }

  /** The class path of this process, as little as it needs. */
  static String classPath() {
    return String.join(
        ":",
        place(JournalProcess.class),
        place(FileRotationJournal.class),
        place(LoggerFactory.class),
        place(NullMarked.class));
  }

  private static String place(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation().getPath();
  }
}
