package dev.postern.sidecar.cli.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.linux.UnixSignal;
import dev.postern.time.TimeSource;
import java.time.Duration;
import java.util.AbstractMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Signals that arrive exactly while a copy is being started. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CopiesTest {
  private final Copies copies = copies("sleep", "300");
  private final HeldStart start = new HeldStart();
  private final Thread renewing = Thread.ofPlatform().unstarted(this::renew);

  /** Variables that are asked for in the middle of a start, and let it go on when told. */
  private static final class HeldStart extends AbstractMap<String, String> {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @Override
    public Set<Entry<String, String>> entrySet() {
      begun.countDown();
      boolean interrupted = false;
      while (true) {
        try {
          goOn.await();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      return Set.of();
    }
  }

  private static Copies copies(String... command) {
    ExecPlan plan =
        new ExecPlan(
            List.of(command),
            1,
            UnixSignal.TERM,
            Duration.ofSeconds(5),
            Optional.empty(),
            Duration.ofMinutes(1));
    return new Copies(plan, new Readiness(plan, TimeSource.system(), text -> {}));
  }

  private void renew() {
    try {
      copies.renew(start, () -> false);
    } catch (CannotStartException e) {
      copies.end().completeExceptionally(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    start.goOn.countDown();
    renewing.join();
    copies.stopAll();
  }

  @ParameterizedTest
  @EnumSource(names = {"TERM", "INT", "HUP", "USR1"})
  void signalReachesTheProcessThatIsJustBeingStarted(UnixSignal signal) throws Exception {
    renewing.start();
    start.begun.await();
    Thread sender = Thread.ofPlatform().start(() -> copies.signalled(signal, true));
    awaitBlockedOrDone(sender);

    start.goOn.countDown();

    // sleep has no handler of its own, so that each of them ends it.
    assertThat(copies.end().get(20, TimeUnit.SECONDS)).isEqualTo(128 + signal.number());
    sender.join();
    renewing.join();
  }

  @Test
  void endThatComesBeforeTheFirstStartStartsNothing() throws Exception {
    copies.signalled(UnixSignal.TERM, true);
    start.goOn.countDown();

    assertThat(copies.renew(start, () -> false)).isFalse();

    assertThat(copies.end().get(20, TimeUnit.SECONDS)).isEqualTo(143);
    assertThat(start.begun.getCount()).as("nothing was started").isEqualTo(1);
  }

  @Test
  void endThatComesWhileACopyIsReplacedLeavesNoProcess() throws Exception {
    copies.renew(Map.of(), () -> false);
    renewing.start();
    start.begun.await();
    Thread sender = Thread.ofPlatform().start(() -> copies.signalled(UnixSignal.TERM, true));
    awaitBlockedOrDone(sender);
    start.goOn.countDown();

    assertThat(copies.end().get(20, TimeUnit.SECONDS)).isEqualTo(143);
    sender.join();
    renewing.join();
    copies.stopAll();
    assertThat(ProcessHandle.current().children().filter(CopiesTest::isOurs)).isEmpty();
  }

  private static boolean isOurs(ProcessHandle process) {
    return process.isAlive()
        && process.info().arguments().stream().anyMatch(all -> List.of(all).contains("300"));
  }

  /** Where it waits for the start, or, were it not to wait, is through. */
  private static void awaitBlockedOrDone(Thread sender) {
    while (sender.getState() != Thread.State.BLOCKED
        && sender.getState() != Thread.State.TERMINATED) {
      Thread.onSpinWait();
    }
  }
}
