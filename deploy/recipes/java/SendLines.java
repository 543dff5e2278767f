import java.util.Scanner;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Hands out the lines of the standard input, four at a time, and counts. */
final class SendLines {
  @FunctionalInterface
  interface Sender {
    void send(String line) throws Exception;
  }

  private SendLines() {}

  static void run(Sender sender) {
    var sent = new AtomicInteger();
    var failed = new AtomicInteger();
    try (var workers = Executors.newFixedThreadPool(4);
        var lines = new Scanner(System.in)) {
      while (lines.hasNextLine()) {
        String line = lines.nextLine();
        workers.execute(
            () -> {
              try {
                sender.send(line);
                sent.incrementAndGet();
              } catch (Exception e) {
                failed.incrementAndGet();
                System.err.println("not sent: " + e);
              }
            });
      }
    }
    System.out.println("sent=" + sent + " failed=" + failed);
    System.exit(failed.get() > 0 ? 1 : 0);
  }
}
