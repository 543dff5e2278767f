package dev.postern.mailgun;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.SecretKind;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.ProbeResult;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MailgunProbeTest {
  private final IssuerFixture fixture;

  MailgunProbeTest() throws IOException {
    fixture = new IssuerFixture();
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  static Stream<Arguments> answers() {
    ProbeResult accepted = new ProbeResult.Accepted();
    ProbeResult refused = new ProbeResult.Refused();
    return Stream.of(
        Arguments.of(Keys.SENDING, Answer.message(400, "from is missing"), accepted, "ok"),
        Arguments.of(Keys.SENDING, Answer.text(400, "bad request"), accepted, "ok"),
        Arguments.of(Keys.SENDING, Answer.message(200, "Queued. Thank you."), accepted, "ok"),
        Arguments.of(Keys.SENDING, Answer.json(401, "\"Forbidden\""), refused, "refused"),
        Arguments.of(Keys.SENDING, Answer.text(401, "Forbidden"), refused, "refused"),
        Arguments.of(Keys.SENDING, Answer.message(401, "Invalid private key"), refused, "refused"),
        Arguments.of(Keys.ACCOUNT, Keys.listed(), accepted, "ok"),
        Arguments.of(Keys.ACCOUNT, Answer.message(403, "Forbidden"), accepted, "ok"),
        Arguments.of(Keys.ACCOUNT, Answer.text(403, "Forbidden"), accepted, "ok"),
        Arguments.of(Keys.ACCOUNT, Answer.text(401, "Forbidden"), refused, "refused"));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void aClearAnswerTellsWhetherTheKeyIsAccepted(
      CredentialScope scope, Answer answer, ProbeResult expected, String outcome) {
    fixture.then(answer);

    assertThat(probe(scope)).isEqualTo(expected);
    assertThat(fixture.observed).containsExactly("probe " + outcome);
  }

  static Stream<Arguments> unclearAnswers() {
    return Stream.of(
        Arguments.of(Keys.SENDING, Answer.message(403, Keys.CANARY_BODY), "refused"),
        Arguments.of(Keys.SENDING, Answer.message(404, Keys.CANARY_BODY), "refused"),
        Arguments.of(Keys.SENDING, Answer.message(429, Keys.CANARY_BODY), "throttled"),
        Arguments.of(Keys.SENDING, Answer.html(200), "error"),
        Arguments.of(Keys.SENDING, Answer.html(400), "error"),
        Arguments.of(Keys.SENDING, Answer.html(401), "error"),
        Arguments.of(
            Keys.SENDING,
            new Answer.Whole(307, List.of("Location: http://127.0.0.1:1/"), ""),
            "error"),
        Arguments.of(Keys.ACCOUNT, Answer.message(400, Keys.CANARY_BODY), "refused"),
        Arguments.of(Keys.ACCOUNT, Answer.message(404, Keys.CANARY_BODY), "refused"),
        Arguments.of(Keys.ACCOUNT, Answer.message(429, Keys.CANARY_BODY), "throttled"),
        Arguments.of(Keys.ACCOUNT, Answer.html(401), "error"),
        Arguments.of(Keys.ACCOUNT, Answer.html(403), "error"));
  }

  @ParameterizedTest
  @MethodSource("unclearAnswers")
  void anUnclearAnswerIsNeitherLifeNorDeath(CredentialScope scope, Answer answer, String outcome) {
    fixture.then(answer);

    assertUnknown(probe(scope));
    assertThat(fixture.observed).containsExactly("probe " + outcome);
  }

  @Test
  void aBrokenConnectionIsTriedOnceMore() {
    fixture.then(new Answer.Reset(), Answer.text(401, "Forbidden"));

    assertThat(probe(Keys.SENDING)).isEqualTo(new ProbeResult.Refused());
    assertThat(fixture.observed).containsExactly("probe unavailable", "probe refused");
  }

  @Test
  void aConnectionThatStaysBrokenIsNotTriedAThirdTime() {
    fixture.then(new Answer.Reset(), new Answer.Reset(), new Answer.Reset());

    assertUnknown(probe(Keys.SENDING));
    assertThat(fixture.server.requests()).hasSize(2);
  }

  @Test
  void silenceIsUnknown() {
    fixture.use(IssuerFixture.timeouts(Duration.ofMillis(200), Duration.ofSeconds(20)));
    fixture.then(new Answer.Silent(), new Answer.Silent());

    assertUnknown(probe(Keys.SENDING));
  }

  @Test
  void aSecretWithoutAKeyIsUnknownAndAsksNobody() {
    try (SecretFields fields =
        SecretFields.takeOwnershipOf(Map.of("password", SecretBytes.ofUtf8("canary")))) {
      ProbeResult result = fixture.issuer().probe(Keys.SENDING, fields);

      assertUnknown(result);
      assertThat(result.toString()).contains("api_key");
    }
    assertThat(fixture.server.requests()).isEmpty();
  }

  @Test
  void aKindThatMailgunDoesNotHaveIsUnknownAndAsksNobody() {
    assertUnknown(probe(new CredentialScope(SecretKind.STATIC, "mg.example.com")));
    assertThat(fixture.server.requests()).isEmpty();
  }

  private ProbeResult probe(CredentialScope scope) {
    try (SecretFields fields = Keys.fields(Keys.CANARY_OLD_KEY)) {
      return fixture.issuer().probe(scope, fields);
    }
  }

  private static void assertUnknown(ProbeResult result) {
    assertThat(result).isInstanceOf(ProbeResult.Unknown.class);
    Keys.assertNoCanaryIn(result.toString());
  }
}
