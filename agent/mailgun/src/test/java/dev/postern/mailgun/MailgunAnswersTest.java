package dev.postern.mailgun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.issuer.IssuerException;
import dev.postern.issuer.Revocation;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole table: operation and answer, against exception and number of requests. */
class MailgunAnswersTest {
  private static final String ECHO = Keys.CANARY_BODY;
  private static final Answer REDIRECT =
      new Answer.Whole(302, List.of("Location: http://127.0.0.1:1/" + ECHO), "");

  private final IssuerFixture fixture;

  MailgunAnswersTest() throws IOException {
    fixture = new IssuerFixture();
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  static Stream<Arguments> answersToMakingAKey() {
    return Stream.of(
        row(Answer.message(400, ECHO), IssuerException.Rejected.class, "refused"),
        row(Answer.text(401, "Forbidden"), IssuerException.Unauthorized.class, "refused"),
        row(Answer.json(401, "\"Forbidden\""), IssuerException.Unauthorized.class, "refused"),
        row(Answer.message(402, ECHO), IssuerException.Rejected.class, "refused"),
        row(
            Answer.message(403, "could not create key, account limit reached"),
            IssuerException.LimitReached.class,
            "refused"),
        row(
            Answer.message(403, "Key LIMIT of your plan"),
            IssuerException.LimitReached.class,
            "refused"),
        row(Answer.message(403, ECHO), IssuerException.Forbidden.class, "refused"),
        row(Answer.message(404, ECHO), IssuerException.Rejected.class, "refused"),
        row(
            Answer.message(429, ECHO, "Retry-After: 3600"),
            IssuerException.Throttled.class,
            "throttled"),
        row(Answer.message(500, ECHO), IssuerException.OutcomeUnknown.class, "unavailable"),
        row(Answer.html(502), IssuerException.OutcomeUnknown.class, "unavailable"),
        row(Answer.html(403), IssuerException.OutcomeUnknown.class, "unavailable"),
        row(Answer.html(200), IssuerException.OutcomeUnknown.class, "unavailable"),
        row(REDIRECT, IssuerException.OutcomeUnknown.class, "unavailable"),
        row(Answer.json(200, ""), IssuerException.OutcomeUnknown.class, "unavailable"),
        row(Answer.json(200, "[]"), IssuerException.OutcomeUnknown.class, "unavailable"),
        row(Answer.json(200, "{}"), IssuerException.OutcomeUnknown.class, "unavailable"),
        row(
            Answer.json(200, "{\"key\":{\"id\":\"a\",\"secret\":\"" + ECHO),
            IssuerException.OutcomeUnknown.class,
            "unavailable"),
        row(
            Answer.json(200, "{\"key\":{\"id\":\"a\",\"secret\":\"\"}}"),
            IssuerException.OutcomeUnknown.class,
            "unavailable"),
        row(
            Answer.json(200, "{\"key\":{\"id\":\"..\",\"secret\":\"" + ECHO + "\"}}"),
            IssuerException.OutcomeUnknown.class,
            "unavailable"),
        row(
            Answer.json(200, "{\"key\":{\"secret\":\"" + ECHO + "\"}}"),
            IssuerException.OutcomeUnknown.class,
            "unavailable"),
        row(
            Answer.json(200, "{\"key\":\"" + ECHO + "\"}"),
            IssuerException.OutcomeUnknown.class,
            "unavailable"));
  }

  @ParameterizedTest
  @MethodSource("answersToMakingAKey")
  void makingAKeyIsAskedForOnceAndFailsWithWhatTheAnswerMeans(
      Answer answer, Class<IssuerException> expected, String outcome) {
    fixture.then(answer);

    IssuerException failure =
        catchThrowableOfType(
            expected, () -> fixture.issuer().issue(Keys.SENDING, Keys.TAG, Keys.OLD).close());

    assertThat(failure).isExactlyInstanceOf(expected).hasMessageContaining("mg.example.com");
    Keys.assertNoCanaryIn(failure);
    assertThat(fixture.server.requests()).hasSize(1);
    assertThat(fixture.observed).containsExactly("create " + outcome);
  }

  static Stream<Arguments> answersToListing() {
    return Stream.of(
        row(Answer.message(400, ECHO), IssuerException.Rejected.class, "refused"),
        row(Answer.text(401, "Forbidden"), IssuerException.Unauthorized.class, "refused"),
        row(Answer.html(401), IssuerException.Malformed.class, "error"),
        row(Answer.message(403, "no limit"), IssuerException.Forbidden.class, "refused"),
        row(Answer.message(404, ECHO), IssuerException.Rejected.class, "refused"),
        row(
            Answer.message(429, ECHO, "Retry-After: 3600"),
            IssuerException.Throttled.class,
            "throttled"),
        row(Answer.html(200), IssuerException.Malformed.class, "error"),
        row(
            Answer.text(200, " \n<!doctype html>" + ECHO),
            IssuerException.Malformed.class,
            "error"),
        row(REDIRECT, IssuerException.Malformed.class, "error"),
        row(Answer.json(200, "[]"), IssuerException.Malformed.class, "error"),
        row(Answer.json(200, "{\"items\":null}"), IssuerException.Malformed.class, "error"),
        row(Answer.json(200, "{\"items\":[{}]}"), IssuerException.Malformed.class, "error"),
        row(Answer.json(200, "{\"items\":[" + ECHO), IssuerException.Malformed.class, "error"),
        row(
            Answer.json(200, "{\"x\":\"" + ECHO.repeat(120_000) + "\"}"),
            IssuerException.Malformed.class,
            "error"));
  }

  @ParameterizedTest
  @MethodSource("answersToListing")
  void listingIsNotRepeatedWhenTheAnswerWouldStayTheSame(
      Answer answer, Class<IssuerException> expected, String outcome) {
    fixture.then(answer);

    IssuerException failure =
        catchThrowableOfType(expected, () -> fixture.issuer().live(Keys.SENDING));

    assertThat(failure).isExactlyInstanceOf(expected).hasMessageContaining("mg.example.com");
    Keys.assertNoCanaryIn(failure);
    assertThat(fixture.server.requests()).hasSize(1);
    assertThat(fixture.observed).containsExactly("list " + outcome);
  }

  static Stream<Arguments> answersToDeleting() {
    return Stream.of(
        row(Answer.message(400, ECHO), IssuerException.Rejected.class, "refused"),
        row(Answer.text(401, "Forbidden"), IssuerException.Unauthorized.class, "refused"),
        row(Answer.message(403, ECHO), IssuerException.Forbidden.class, "refused"),
        row(Answer.html(404), IssuerException.Malformed.class, "error"),
        row(Answer.text(404, "404 page not found"), IssuerException.Malformed.class, "error"),
        row(Answer.json(404, "{}"), IssuerException.Malformed.class, "error"),
        row(Answer.html(200), IssuerException.Malformed.class, "error"),
        row(Answer.text(200, "ok"), IssuerException.Malformed.class, "error"),
        row(REDIRECT, IssuerException.Malformed.class, "error"));
  }

  @ParameterizedTest
  @MethodSource("answersToDeleting")
  void aKeyIsNeverTakenForDeletedByAnAnswerThatDoesNotSaySo(
      Answer answer, Class<IssuerException> expected, String outcome) {
    fixture.then(answer);

    IssuerException failure =
        catchThrowableOfType(expected, () -> fixture.issuer().revoke(Keys.SENDING, Keys.KEY_ID));

    assertThat(failure).isExactlyInstanceOf(expected).hasMessageContaining(Keys.KEY_ID);
    Keys.assertNoCanaryIn(failure);
    assertThat(fixture.server.requests()).hasSize(1);
    assertThat(fixture.observed).containsExactly("delete " + outcome);
  }

  @Test
  void aKeyThatMailgunDoesNotKnowIsAlreadyGone() {
    fixture.then(Answer.message(404, "no key matching id"));

    assertThat(fixture.issuer().revoke(Keys.SENDING, Keys.KEY_ID))
        .isEqualTo(Revocation.ALREADY_GONE);
  }

  @Test
  void aDeletionMayBeAnsweredWithNoContent() {
    fixture.then(new Answer.Whole(204, List.of(), ""));

    assertThat(fixture.issuer().revoke(Keys.SENDING, Keys.KEY_ID)).isEqualTo(Revocation.REVOKED);
  }

  @Test
  void aRefusedAdminKeyIsExplainedByAllItsThreeCauses() {
    fixture.then(Answer.text(401, "Forbidden"));

    assertThat(
            catchThrowableOfType(
                IssuerException.Unauthorized.class, () -> fixture.issuer().check()))
        .hasMessageContaining("the key is dead")
        .hasMessageContaining("ip allow list")
        .hasMessageContaining("wrong region")
        .hasMessageContaining(fixture.server.uri().toString());
  }

  @Test
  void aThrottledCallSaysHowLongToStayAway() {
    fixture.then(Answer.message(429, "slow down", "Retry-After: 90"));

    assertThat(
            catchThrowableOfType(IssuerException.Throttled.class, () -> fixture.issuer().check())
                .retryAfter())
        .isEqualTo(Optional.of(Duration.ofSeconds(90)));
  }

  private static Arguments row(
      Answer answer, Class<? extends IssuerException> expected, String outcome) {
    return Arguments.of(answer, expected, outcome);
  }
}
