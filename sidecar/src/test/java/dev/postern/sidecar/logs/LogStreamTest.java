package dev.postern.sidecar.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LogStreamTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(20);

  private final Target target = new Target();

  /** Where the lines go; nothing gets through while its gate is closed. */
  private static final class Target extends OutputStream {
    private final ByteArrayOutputStream all = new ByteArrayOutputStream();
    private final CountDownLatch begun = new CountDownLatch(1);
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private int writes;

    @Override
    public void write(int one) {
      throw new AssertionError("a byte alone");
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      begun.countDown();
      try {
        gate.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      synchronized (this) {
        writes++;
        all.write(bytes, offset, length);
      }
    }

    CountDownLatch close(CountDownLatch closed) {
      gate = closed;
      return closed;
    }

    synchronized List<String> lines() {
      return all.toString(StandardCharsets.UTF_8).lines().toList();
    }

    synchronized int writes() {
      return writes;
    }
  }

  @Test
  void linesKeepTheirOrderAndAreWrittenManyAtATime() {
    LogStream stream = new LogStream(target, 1 << 20, LONG);
    List<String> left = new ArrayList<>();
    for (int number = 0; number < 10_000; number++) {
      left.add("line " + number);
      stream.line("line " + number);
    }
    stream.flush();

    assertThat(target.lines()).isEqualTo(left);
    assertThat(target.writes()).isLessThan(left.size() / 10);
  }

  @Test
  void whatIsFlushedIsWrittenWhenTheCallReturnsAfterAllThatCameBefore() {
    LogStream stream = new LogStream(target, 1 << 20, LONG);
    PrintStream printer = stream.printer();

    stream.line("first");
    printer.println("second");
    printer.flush();
    assertThat(target.lines()).containsExactly("first", "second");

    stream.line("third");
    stream.flush();
    assertThat(target.lines()).containsExactly("first", "second", "third");
  }

  @Test
  void linesOfManyThreadsAreNeverMixedAndNoneIsLostWhereRoomIsShort() throws InterruptedException {
    LogStream stream = new LogStream(target, 2_000, LONG);
    PrintStream printer = stream.printer();
    List<Thread> threads = new ArrayList<>();
    for (int number = 0; number < 4; number++) {
      String text = Integer.toString(number).repeat(100);
      boolean prints = number % 2 == 0;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int line = 0; line < 500; line++) {
                      if (prints) {
                        printer.println(text);
                        printer.flush();
                      } else {
                        stream.line(text);
                      }
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    stream.flush();

    assertThat(target.lines()).hasSize(2_000);
    assertThat(target.lines()).allMatch(line -> line.matches("(.)\\1{99}"));
  }

  @Test
  void whoeverIsLateIsWaitedFor() throws InterruptedException {
    CountDownLatch gate = target.close(new CountDownLatch(1));
    LogStream stream = new LogStream(target, 100, LONG);
    stream.line("a".repeat(90));
    target.begun.await();
    stream.line("b".repeat(90));
    Thread third = Thread.ofPlatform().start(() -> stream.line("c".repeat(90)));
    awaitParked(third);
    assertThat(target.lines()).isEmpty();

    gate.countDown();

    third.join();
    stream.flush();
    assertThat(target.lines()).containsExactly("a".repeat(90), "b".repeat(90), "c".repeat(90));
  }

  @Test
  void whoeverDoesNotReadIsWaitedForOnceAndThenToldHowMuchWasLost() throws InterruptedException {
    CountDownLatch gate = target.close(new CountDownLatch(1));
    LogStream stream = new LogStream(target, 100, SHORT);
    PrintStream printer = stream.printer();
    stream.line("a".repeat(90));
    target.begun.await();
    stream.line("b".repeat(90));
    // Each of them comes back, though nothing is read.
    for (int number = 0; number < 1_000; number++) {
      stream.line("lost " + number + " of the audit");
    }
    printer.println("lost, too");
    printer.flush();
    stream.flush();
    assertThat(target.lines()).isEmpty();

    gate.countDown();

    untilWritten("were lost");
    stream.line("after");
    stream.flush();
    assertThat(target.lines()).hasSize(4);
    assertThat(target.lines().subList(0, 2)).containsExactly("a".repeat(90), "b".repeat(90));
    assertThat(target.lines().get(2))
        .matches(
            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\S+ WARN log - lines=1001 log lines"
                + " were lost, because standard error was not read");
    assertThat(target.lines().getLast()).isEqualTo("after");
  }

  @Test
  void standardErrorThatIsClosedLosesLinesButStopsNobody() {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int one) throws IOException {
            throw new IOException("broken pipe");
          }
        };
    LogStream stream = new LogStream(closed, 100, LONG);
    for (int number = 0; number < 1_000; number++) {
      stream.line("line " + number);
    }
    stream.flush();
  }

  @Test
  void recordIsOnePieceEvenWhereItIsLargerThanTheQueue() {
    LogStream stream = new LogStream(target, 64, LONG);
    stream.line("x".repeat(1_000));
    stream.line("y");
    stream.flush();

    assertThat(target.lines()).containsExactly("x".repeat(1_000), "y");
  }

  @Test
  void whatIsPrintedAndNeverFlushedIsWrittenNevertheless() {
    LogStream stream = new LogStream(target, 1 << 20, LONG);

    new IllegalStateException("ends a thread").printStackTrace(stream.printer());

    untilWritten("LogStreamTest");
    assertThat(target.lines().getFirst()).contains("ends a thread");
  }

  @Test
  void interruptedThreadLosesNoLine() {
    LogStream stream = new LogStream(target, 1 << 20, LONG);
    Thread.currentThread().interrupt();

    stream.line("left by a thread that is told to end");

    assertThat(Thread.interrupted()).isTrue();
    stream.flush();
    assertThat(target.lines()).hasSize(1);
  }

  private void untilWritten(String text) {
    while (target.lines().stream().noneMatch(line -> line.contains(text))) {
      Thread.onSpinWait();
    }
  }

  private static void awaitParked(Thread thread) {
    while (Stream.of(Thread.State.WAITING, Thread.State.TIMED_WAITING)
        .noneMatch(state -> state == thread.getState())) {
      Thread.onSpinWait();
    }
  }
}
