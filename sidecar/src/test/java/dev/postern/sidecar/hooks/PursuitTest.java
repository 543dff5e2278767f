package dev.postern.sidecar.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.sidecar.hooks.Pursuit.Trouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class PursuitTest {
  private final HandTime time = new HandTime();
  private final AtomicInteger tries = new AtomicInteger();
  private volatile Optional<String> answer = Optional.of("not yet");

  private Optional<String> attempt() {
    tries.incrementAndGet();
    return answer;
  }

  private static void until(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  private void untilTried(Pursuit pursuit, int times) {
    until(
        () -> tries.get() == times && pursuit.trouble().map(Trouble::attempts).orElse(0) == times);
  }

  @Test
  void pausesGrowUpToAMinute() {
    try (Pursuit pursuit = new Pursuit("test", time, this::attempt)) {
      pursuit.want();
      List<Long> pauses = new ArrayList<>();
      for (int n = 1; n <= 9; n++) {
        untilTried(pursuit, n);
        Duration pause =
            Duration.between(time.instant(), pursuit.trouble().orElseThrow().retryAt());
        pauses.add(pause.toSeconds());
        time.advance(pause);
      }

      assertThat(pauses).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
    }
  }

  @Test
  void nothingRunsWhenItIsDone() {
    try (Pursuit pursuit = new Pursuit("test", time, this::attempt)) {
      assertThat(pursuit.busy()).isFalse();
      pursuit.want();
      untilTried(pursuit, 1);
      assertThat(pursuit.failures()).isEqualTo(1);
      answer = Optional.empty();
      time.advance(Duration.ofSeconds(1));

      until(() -> !pursuit.busy());

      assertThat(pursuit.trouble()).isEmpty();
      assertThat(tries.get()).isEqualTo(2);
    }
  }

  @Test
  void whatIsWantedAnewIsTriedAtOnce() {
    try (Pursuit pursuit = new Pursuit("test", time, this::attempt)) {
      pursuit.want();
      untilTried(pursuit, 1);

      pursuit.want();

      until(() -> tries.get() == 2);
      until(() -> pursuit.trouble().orElseThrow().attempts() == 1);
    }
  }

  @Test
  void whatIsWantedWhileItRunsIsNotMissed() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    try (Pursuit pursuit =
        new Pursuit(
            "test",
            time,
            () -> {
              tries.incrementAndGet();
              running.countDown();
              go.await();
              return Optional.empty();
            })) {
      pursuit.want();
      running.await();
      pursuit.want();
      go.countDown();

      until(() -> !pursuit.busy());

      assertThat(tries.get()).isEqualTo(2);
    }
  }

  @Test
  void faultOfTheAgentIsTriedAgainToo() {
    try (Pursuit pursuit =
        new Pursuit(
            "test",
            time,
            () -> {
              if (tries.incrementAndGet() == 1) {
                throw new IllegalStateException("a bug");
              }
              return Optional.empty();
            })) {
      pursuit.want();
      until(() -> pursuit.trouble().isPresent());
      time.advance(Duration.ofSeconds(1));

      until(() -> !pursuit.busy());

      assertThat(tries.get()).isEqualTo(2);
    }
  }

  @Test
  void closedOneDoesNothingMore() {
    Pursuit pursuit = new Pursuit("test", time, this::attempt);
    pursuit.want();
    untilTried(pursuit, 1);

    pursuit.close();
    pursuit.want();

    assertThat(pursuit.busy()).isFalse();
    assertThat(tries.get()).isEqualTo(1);
  }
}
