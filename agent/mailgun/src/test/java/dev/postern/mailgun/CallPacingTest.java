package dev.postern.mailgun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.issuer.IssuerException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls stay within the limit, and away for as long as Mailgun asks. */
class CallPacingTest {
  private static final Answer NO_LOGINS = Answer.json(200, "{\"items\":[],\"total_count\":0}");
  private static final MailgunErrors ERRORS =
      new MailgunErrors("mailgun", URI.create("http://x"), InstantSource.system());

  private final IssuerFixture fixture;

  CallPacingTest() throws IOException {
    fixture = new IssuerFixture();
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @Test
  void whatGoesOutAtOnceIsATwelfthOfAMinutes() {
    CallPacing pacing = CallPacing.perMinute(ERRORS, 300);
    for (int i = 0; i < 25; i++) {
      pacing.await("call", Deadline.in(Duration.ofMillis(1)));
    }

    assertThatThrownBy(() -> pacing.await("call", Deadline.in(Duration.ofMillis(1))))
        .isInstanceOf(IssuerException.Throttled.class)
        .hasMessageContaining("nothing was sent");
  }

  @Test
  void aPauseThatEndsBeforeTheDeadlineIsWaitedFor() {
    CallPacing pacing = CallPacing.unlimited(ERRORS);
    pacing.pause(Duration.ofMillis(60));
    pacing.pause(Duration.ofMillis(1));
    long start = System.nanoTime();

    pacing.await("call", Deadline.in(Duration.ofSeconds(20)));

    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .as("a shorter pause does not end a longer one")
        .isGreaterThan(Duration.ofMillis(40));
  }

  @Test
  void aSmallLimitIsSpreadEvenly() {
    CallPacing pacing = CallPacing.perMinute(ERRORS, 11);
    pacing.await("call", Deadline.in(Duration.ofMillis(100)));

    assertThatThrownBy(() -> pacing.await("call", Deadline.in(Duration.ofMillis(100))))
        .isInstanceOf(IssuerException.Throttled.class);
  }

  @Test
  void withoutALimitNothingWaits() {
    fixture.use(config(OptionalInt.empty()));
    for (int i = 0; i < 30; i++) {
      fixture.then(NO_LOGINS);
      assertThat(fixture.issuer().live(Logins.IN_PLACE)).isEmpty();
    }
  }

  @Test
  void beyondTheLimitACallIsThrottledAndNotSent() {
    fixture.use(config(OptionalInt.of(1)));
    fixture.then(NO_LOGINS, NO_LOGINS, Keys.listed());
    fixture.issuer().live(Logins.IN_PLACE);

    IssuerException.Throttled throttled =
        catchThrowableOfType(
            IssuerException.Throttled.class, () -> fixture.issuer().live(Logins.IN_PLACE));

    assertThat(throttled.retryAfter()).isPresent();
    assertThat(fixture.server.requests()).hasSize(1);
    fixture.then(NO_LOGINS);
    assertThat(fixture.issuer().live(Keys.SENDING)).as("keys have no such limit").isEmpty();
  }

  @Test
  void whatOneCallIsToldHoldsForAllOfItsFamily() {
    fixture.then(Answer.json(429, "{\"retry-seconds\":60}"));
    Keys.assertFails(IssuerException.Throttled.class, () -> fixture.issuer().live(Logins.IN_PLACE));

    IssuerException.Throttled throttled =
        catchThrowableOfType(
            IssuerException.Throttled.class,
            () -> fixture.issuer().revoke(Logins.IN_PLACE, Logins.A));

    assertThat(throttled.retryAfter().orElseThrow())
        .isBetween(Duration.ofSeconds(50), Duration.ofSeconds(60));
    assertThat(throttled).hasMessageContaining("nothing was sent");
    assertThat(fixture.server.requests()).hasSize(1);
    assertThat(fixture.observed).containsExactly("list throttled");
    fixture.then(Keys.listed());
    assertThat(fixture.issuer().live(Keys.SENDING)).as("another family goes on").isEmpty();
  }

  @Test
  void anInterruptEndsTheWait() {
    CallPacing pacing = CallPacing.unlimited(ERRORS);
    pacing.pause(Duration.ofSeconds(10));
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> pacing.await("call", Deadline.in(Duration.ofSeconds(20))))
          .isInstanceOf(IssuerException.Unavailable.class)
          .hasMessageContaining("interrupted");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  private MailgunConfig config(OptionalInt limit) {
    return MailgunConfig.of("mailgun", fixture.server.uri())
        .withTimeouts(IssuerFixture.timeouts(Duration.ofSeconds(2), Duration.ofSeconds(2)))
        .withDomainCallsPerMinute(limit);
  }
}
