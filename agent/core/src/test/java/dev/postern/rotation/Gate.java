package dev.postern.rotation;

import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoint.Moment;
import dev.postern.failpoint.Failpoints;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Holds the first rotation that reaches a place until a test opens it. */
final class Gate implements Failpoints {
  private static final long FAIL_AFTER_SECONDS = 20;

  private final Failpoint failpoint;
  private final Moment moment;
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch opened = new CountDownLatch(1);
  private volatile boolean interrupted;

  Gate(Failpoint failpoint, Moment moment) {
    this.failpoint = failpoint;
    this.moment = moment;
  }

  @Override
  public void reach(Failpoint point, Moment at) {
    if (point == failpoint && at == moment && reached.getCount() > 0) {
      reached.countDown();
      try {
        await(opened);
      } catch (InterruptedException e) {
        interrupted = true;
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Returns when a rotation stands here. */
  void awaitReached() throws InterruptedException {
    await(reached);
  }

  void open() {
    opened.countDown();
  }

  /** Whether the rotation was torn out of its act. */
  boolean interrupted() {
    return interrupted;
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    if (!latch.await(FAIL_AFTER_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("waited too long at a gate");
    }
  }
}
