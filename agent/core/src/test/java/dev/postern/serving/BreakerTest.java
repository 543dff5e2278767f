package dev.postern.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.serving.StoreCondition.State;
import dev.postern.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class BreakerTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final Duration INTERVAL = Duration.ofSeconds(60);

  private final Breaker breaker = new Breaker("prod", INTERVAL);

  private static StoreException away() {
    return new StoreException.Unavailable("connection refused", null);
  }

  private boolean fail(int times) {
    boolean opened = false;
    for (int i = 0; i < times; i++) {
      opened = breaker.failed(away(), NOW);
    }
    return opened;
  }

  @Test
  void opensAtTheFifthFailureInARow() {
    assertThat(fail(4)).isFalse();
    assertThat(breaker.allows(NOW)).isTrue();
    assertThat(breaker.width()).isEqualTo(1);

    assertThat(fail(1)).isTrue();
    assertThat(breaker.open()).isTrue();
    assertThat(breaker.allows(NOW.plus(INTERVAL).minusNanos(1))).isFalse();
    assertThat(breaker.allows(NOW.plus(INTERVAL.multipliedBy(3).dividedBy(2)))).isTrue();
  }

  @Test
  void answerInBetweenBeginsTheCountAnew() {
    fail(4);
    assertThat(breaker.answered()).isFalse();
    assertThat(breaker.width()).isEqualTo(Breaker.WIDTH);

    assertThat(fail(4)).isFalse();
    assertThat(breaker.open()).isFalse();
  }

  @Test
  void oneCallThatFailedForManySecretsIsOneFailure() {
    StoreException why = away();
    for (int secret = 0; secret < 100; secret++) {
      assertThat(breaker.failed(why, NOW)).isFalse();
    }
    assertThat(breaker.open()).isFalse();
  }

  @Test
  void answerCloses() {
    fail(5);
    assertThat(breaker.answered()).isTrue();
    assertThat(breaker.open()).isFalse();
    assertThat(breaker.allows(NOW)).isTrue();
    assertThat(breaker.condition(NOW))
        .isEqualTo(
            new StoreCondition(
                "prod", State.ANSWERING, Optional.empty(), Optional.empty(), Optional.empty()));
  }

  @Test
  void failureOfAProbeKeepsItOpenForAnotherInterval() {
    fail(5);
    Instant probe = NOW.plus(INTERVAL.multipliedBy(2));
    assertThat(breaker.failed(away(), probe)).isFalse();
    assertThat(breaker.allows(probe.plusSeconds(59))).isFalse();
    assertThat(breaker.condition(probe).since()).contains(NOW);
    assertThat(breaker.condition(probe).state()).isEqualTo(State.UNREACHABLE);
  }

  @Test
  void restThatTheStoreAsksForIsBoundedAndForAll() {
    breaker.failed(new StoreException.Throttled("slow down", Optional.of(Duration.ofDays(1))), NOW);
    assertThat(breaker.allows(NOW.plus(Duration.ofMinutes(5)).minusNanos(1))).isFalse();
    assertThat(breaker.allowsWish(NOW.plusSeconds(10))).isFalse();
    assertThat(breaker.allows(NOW.plus(Duration.ofMinutes(5)))).isTrue();
    assertThat(breaker.problem())
        .isEqualTo("store prod asked to be left alone until 2026-01-02T03:09:05Z: slow down");
  }

  @Test
  void clockThatIsSetBackDoesNotKeepTheStoreAlone() {
    fail(5);
    assertThat(breaker.allows(NOW.minus(Duration.ofHours(1)))).isTrue();
  }
}
