package dev.postern.sidecar.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.checkup.Check;
import dev.postern.checkup.Finding;
import dev.postern.checkup.Finding.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** How the checks of one target follow each other. */
class RoundsTest {
  private final Rounds rounds = new Rounds(Duration.ofSeconds(30));

  @Test
  void whatComesAfterAFailedGateIsNotTried() {
    Rounds.Result result =
        rounds.of(
            "store prod",
            List.of(
                Check.gate("reach", () -> Finding.unreachable("nobody", "look")),
                Check.of(
                    "read",
                    () -> {
                      throw new AssertionError("was tried");
                    })));

    assertThat(result.blocked()).isTrue();
    assertThat(result.rows())
        .extracting(row -> row.finding().outcome())
        .containsExactly(Outcome.UNREACHABLE, Outcome.SKIPPED);
    assertThat(result.rows().getLast().finding().found()).contains("'reach' comes first");
  }

  @Test
  void oneFailureThatIsNoGateStopsNothing() {
    Rounds.Result result =
        rounds.of(
            "store prod",
            List.of(
                Check.of("promote", () -> Finding.fail("no", "grant it")),
                Check.of("flag", () -> Finding.ok("yes"))));

    assertThat(result.blocked()).isFalse();
    assertThat(result.rows())
        .extracting(row -> row.finding().outcome())
        .containsExactly(Outcome.FAIL, Outcome.OK);
  }

  @Test
  void checkWithoutAnEndIsGivenUpAndTheNextIsTried() {
    CountDownLatch never = new CountDownLatch(1);
    Rounds impatient = new Rounds(Duration.ofMillis(50));

    Rounds.Result result =
        impatient.of(
            "store prod",
            List.of(
                Check.of(
                    "stuck",
                    () -> {
                      try {
                        never.await();
                      } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                      }
                      return Finding.ok("never");
                    })));

    assertThat(result.rows().getFirst().finding().outcome()).isEqualTo(Outcome.UNREACHABLE);
  }

  @Test
  void bugInACheckIsNamedByItsTypeAlone() {
    Rounds.Result result =
        rounds.of(
            "store prod",
            List.of(
                Check.of(
                    "read",
                    () -> {
                      throw new IllegalStateException("canary of a value");
                    })));

    assertThat(result.rows().toString()).contains("IllegalStateException").doesNotContain("canary");
  }
}
