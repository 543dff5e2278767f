package dev.postern.mailgun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.SecretFields;
import dev.postern.issuer.CredentialIssuer;
import dev.postern.issuer.IssuerException;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The same refusal means the same whichever credential was asked about. */
class RefusalsTest {
  private final IssuerFixture fixture;

  RefusalsTest() throws IOException {
    fixture = new IssuerFixture();
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  record Ask(String name, Consumer<CredentialIssuer> call) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Stream<Ask> asks() {
    return Stream.of(
        new Ask("make a key", issuer -> issuer.issue(Keys.SENDING, Keys.TAG, Keys.OLD).close()),
        new Ask("delete a key", issuer -> issuer.revoke(Keys.SENDING, Keys.KEY_ID)),
        new Ask("list keys", CredentialIssuer::check),
        new Ask("list logins", issuer -> issuer.live(Logins.IN_PLACE)),
        new Ask("set a password", RefusalsTest::activate),
        new Ask("revoke a login", issuer -> issuer.revoke(Logins.IN_PLACE, Logins.A)),
        new Ask(
            "regenerate",
            issuer -> issuer.revoke(WebhookSigningKeyTest.SCOPE, WebhookSigningKey.ID)),
        new Ask("read the log", RefusalsTest::readLog),
        new Ask("list users", issuer -> issuer.activity().users()));
  }

  static Stream<Arguments> refusals() {
    return asks()
        .flatMap(
            ask ->
                Stream.of(
                    row(
                        ask,
                        401,
                        "Invalid private key",
                        IssuerException.Unauthorized.class,
                        "ip allow list"),
                    row(ask, 403, "Forbidden", IssuerException.Forbidden.class, "role admin"),
                    row(
                        ask,
                        402,
                        "Request Failed",
                        IssuerException.Rejected.class,
                        "plan and bills"),
                    row(ask, 429, "slow down", IssuerException.Throttled.class, "fewer calls"),
                    row(ask, 400, "no", IssuerException.Rejected.class, "check that the domain"),
                    row(
                        ask,
                        403,
                        "Your account has been disabled.",
                        IssuerException.AccountDisabled.class,
                        "only mailgun's support"),
                    row(
                        ask,
                        400,
                        "Domain canary.example is disabled",
                        IssuerException.AccountDisabled.class,
                        "support"),
                    row(
                        ask,
                        402,
                        "The account is suspended",
                        IssuerException.AccountDisabled.class,
                        "support"),
                    row(
                        ask,
                        403,
                        "Account key is disabled",
                        IssuerException.Forbidden.class,
                        "role admin")));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aRefusalLeadsToItsNamedFailureAndSaysWhatToDo(
      Ask ask, Answer answer, Class<? extends IssuerException> expected, String words) {
    fixture.then(answer, answer, answer, answer);

    assertThatThrownBy(() -> ask.call().accept(fixture.issuer()))
        .isInstanceOf(expected)
        .hasMessageContaining(words)
        .satisfies(Keys::assertNoCanaryIn);
  }

  static Stream<Arguments> limits() {
    return Stream.of(
        Arguments.of(
            new Ask("key", issuer -> issuer.issue(Keys.SENDING, Keys.TAG, Keys.OLD).close()),
            new Answer[] {Answer.message(403, "could not create key, account limit reached")}),
        Arguments.of(
            new Ask("login", RefusalsTest::activate),
            new Answer[] {
              Answer.message(404, "Credentials not found"), Answer.message(403, "limit reached")
            }));
  }

  @ParameterizedTest
  @MethodSource("limits")
  void aFullAccountIsToldApart(Ask ask, Answer[] answers) {
    fixture.then(answers);

    assertThatThrownBy(() -> ask.call().accept(fixture.issuer()))
        .isInstanceOf(IssuerException.LimitReached.class)
        .hasMessageContaining("delete one");
    assertThat(fixture.server.requests()).hasSize(answers.length);
  }

  private static void activate(CredentialIssuer issuer) {
    try (SecretFields fields = Logins.fields(Logins.A, Logins.CANARY_PASSWORD)) {
      issuer.activate(Logins.IN_PLACE, fields);
    }
  }

  private static void readLog(CredentialIssuer issuer) {
    issuer
        .activity()
        .uses(Keys.SENDING, "id", IssuerFixture.NOW.minusSeconds(60), IssuerFixture.NOW);
  }

  private static Arguments row(
      Ask ask, int status, String text, Class<? extends IssuerException> type, String words) {
    return Arguments.of(ask, Answer.message(status, text, "Retry-After: 300"), type, words);
  }
}
