package dev.postern.sidecar.logs;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Standard error behind a bounded queue. Any thread may use it.
 *
 * <p>Where nobody reads standard error, the queue fills. Whoever logs then waits for room, the
 * serving thread too, so that a reader that is only late loses nothing; but once for each time that
 * the reader stands still, and no longer than a second. After that lines are dropped and counted,
 * and as soon as something is read again, a line says how many: the agent goes on serving and
 * revoking keys although nobody listens.
 */
public final class LogStream {
  /** Some two thousand lines of the audit. */
  private static final int ROOM = 256 * 1024;

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** For how long lines that nobody waits for are collected, to be written together. */
  private static final long LINGER_NANOS = 2_000_000;

  private static volatile @Nullable LogStream installed;

  private final OutputStream target;
  private final int capacity;
  private final long patienceNanos;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition some = lock.newCondition();
  private final Condition room = lock.newCondition();
  private final Condition written = lock.newCondition();

  // What follows is guarded by the lock.
  private LogBytes queue = new LogBytes();
  // What was printed and not flushed yet.
  private final LogBytes held = new LogBytes();
  private long accepted;
  private long done;
  private long lost;
  private boolean hurried;
  private boolean stuck;

  /**
   * @param capacity of the queue, in bytes
   * @param patience the longest that anybody waits for the target
   */
  LogStream(OutputStream target, int capacity, Duration patience) {
    this.target = target;
    this.capacity = capacity;
    this.patienceNanos = patience.toNanos();
    Thread.ofPlatform().daemon().name("postern-log").start(this::write);
  }

  /** Stands in for {@link System#err} from now on, until the process ends. */
  public static LogStream install() {
    LogStream stream = new LogStream(new FileOutputStream(FileDescriptor.err), ROOM, PATIENCE);
    System.setErr(stream.printer());
    installed = stream;
    return stream;
  }

  /** The one that stands in for {@link System#err}, if any. */
  public static @Nullable LogStream installed() {
    return installed;
  }

  /** Leaves a line, without its end, to be written soon. Waits only for room. */
  public void line(String line) {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    lock.lock();
    try {
      put(bytes, bytes.length);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until all that was left so far is written, or for as long as anybody waits. */
  public void flush() {
    lock.lock();
    try {
      long last = accepted;
      if (queue.length() > 0) {
        hurried = true;
        some.signal();
      }
      await(written, () -> done >= last);
    } finally {
      lock.unlock();
    }
  }

  /**
   * A stream into the queue. What is printed between two flushes stays together, as long as it is
   * printed at once: SLF4J's simple logger flushes after each event.
   */
  PrintStream printer() {
    return new PrintStream(new Printed(), false, StandardCharsets.UTF_8);
  }

  private void put(byte[] bytes, int length) {
    // What is larger than the queue is taken when there is nothing else.
    if (!await(room, () -> hasRoom(length))) {
      lost++;
      return;
    }
    boolean wake = queue.length() == 0;
    queue.append(bytes, 0, length);
    accepted += length;
    if (wake || isHalfFull()) {
      some.signal();
    }
  }

  private boolean hasRoom(int length) {
    return queue.length() == 0 || queue.length() + length <= capacity;
  }

  private boolean isHalfFull() {
    return queue.length() > capacity / 2;
  }

  private interface Reached {
    boolean now();
  }

  /** Whether it was reached; a target that stands still is waited for only once. */
  private boolean await(Condition condition, Reached reached) {
    long left = patienceNanos;
    while (!reached.now()) {
      if (stuck) {
        return false;
      }
      try {
        left = condition.awaitNanos(left);
      } catch (InterruptedException e) {
        // Told to end, which is no time to wait.
        Thread.currentThread().interrupt();
        return reached.now();
      }
      if (left <= 0 && !reached.now()) {
        stuck = true;
        room.signalAll();
        written.signalAll();
      }
    }
    return true;
  }

  /** The life of the thread that writes. */
  private void write() {
    LogBytes batch = new LogBytes();
    while (true) {
      long missing;
      lock.lock();
      try {
        awaitSome();
        LogBytes next = queue;
        queue = batch;
        batch = next;
        missing = lost;
        lost = 0;
        hurried = false;
        room.signalAll();
      } finally {
        lock.unlock();
      }
      writeOut(batch, missing);
      lock.lock();
      try {
        done += batch.length();
        stuck = false;
        written.signalAll();
      } finally {
        lock.unlock();
      }
      batch.clear();
    }
  }

  private void awaitSome() {
    while (queue.length() == 0 && held.length() == 0) {
      some.awaitUninterruptibly();
    }
    try {
      long left = LINGER_NANOS;
      while (left > 0 && !hurried && !isHalfFull()) {
        left = some.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      // Nobody interrupts this thread; if somebody did, it would only write earlier.
    }
    // Printed by somebody who does not flush, as the JVM prints what ends a thread.
    if (held.length() > 0 && hasRoom(held.length())) {
      accepted += held.length();
      held.moveTo(queue);
    }
  }

  /** What was lost came after all that had room. */
  private void writeOut(LogBytes batch, long missing) {
    try {
      batch.writeTo(target);
      if (missing > 0) {
        StringBuilder line = LogLine.start("WARN", "log").append("lines=").append(missing);
        line.append(" log lines were lost, because standard error was not read\n");
        target.write(line.toString().getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      // Standard error is closed for good: there is nobody left to tell.
    }
  }

  private final class Printed extends OutputStream {
    @Override
    public void write(int one) {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) {
      lock.lock();
      try {
        held.append(bytes, offset, count);
        if (held.length() > capacity / 2) {
          release();
        } else if (held.length() == count) {
          some.signal();
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void flush() {
      lock.lock();
      try {
        release();
      } finally {
        lock.unlock();
      }
      LogStream.this.flush();
    }

    private void release() {
      byte[] all = held.take();
      if (all.length > 0) {
        put(all, all.length);
      }
    }
  }
}
