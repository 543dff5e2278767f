package dev.postern.mailgun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.SecretKind;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.IssuedCredential;
import dev.postern.issuer.IssuerException;
import dev.postern.issuer.LiveCredential;
import dev.postern.issuer.Predecessor;
import dev.postern.issuer.ProbeResult;
import dev.postern.issuer.Revocation;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookSigningKeyTest {
  static final CredentialScope SCOPE =
      new CredentialScope(SecretKind.MAILGUN_WEBHOOK_SIGNING_KEY, "");
  private static final String PATH = "/v5/accounts/http_signing_key";
  private static final String OLD = "canary-signing-old";
  private static final String NEW = "canary-signing-new";

  private final IssuerFixture fixture;

  WebhookSigningKeyTest() throws IOException {
    fixture = new IssuerFixture();
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @Test
  void revokingMakesAnotherOneAndTheAnswerIsNotKept() {
    fixture.then(shown(NEW));

    assertThat(fixture.issuer().revoke(SCOPE, "http-signing-key")).isEqualTo(Revocation.REVOKED);

    assertThat(fixture.server.requests())
        .singleElement()
        .satisfies(
            request -> {
              assertThat(request.method()).isEqualTo("POST");
              assertThat(request.target()).isEqualTo(PATH);
              assertThat(request.body()).isEmpty();
            });
  }

  @Test
  void revokingIsRepeatedAfterALostAnswer() {
    fixture.then(new Answer.Reset(), Answer.message(500, "later"), shown(NEW));

    assertThat(fixture.issuer().revoke(SCOPE, "http-signing-key")).isEqualTo(Revocation.REVOKED);
  }

  @Test
  void aRevocationWhoseAnswersAreAllLostHasAnUnknownOutcome() {
    fixture.then(
        new Answer.Reset(), Answer.html(200), new Answer.Reset(), Answer.message(200, "done"));

    Keys.assertNoCanaryIn(
        catchThrowableOfType(
            IssuerException.OutcomeUnknown.class,
            () -> fixture.issuer().revoke(SCOPE, "http-signing-key")));
  }

  @Test
  void theNewOneIsRead() {
    fixture.then(shown(NEW));

    try (IssuedCredential issued = fixture.issuer().issue(SCOPE, Keys.TAG, old())) {
      assertThat(issued.id()).isEqualTo("http-signing-key");
      assertThat(issued.fields().names()).containsExactly("signing_key");
      assertThat(issued.fields().field("signing_key").orElseThrow().exposeUtf8()).isEqualTo(NEW);
    }
    assertThat(fixture.server.requests().getFirst().method()).isEqualTo("GET");
  }

  @Test
  void theOldOneIsNotTakenForTheNew() {
    fixture.then(shown(OLD));

    IssuerException failure =
        catchThrowableOfType(
            IssuerException.Unavailable.class,
            () -> fixture.issuer().issue(SCOPE, Keys.TAG, old()).close());

    assertThat(failure).hasMessageContaining("still shows the old one");
    Keys.assertNoCanaryIn(failure);
  }

  @Test
  void theOneThatIsShownIsInForceAndNoOther() {
    fixture.then(shown(NEW), shown(NEW));

    assertThat(probe(NEW)).isEqualTo(new ProbeResult.Accepted());
    assertThat(probe(OLD)).isEqualTo(new ProbeResult.Refused());
  }

  static Stream<Answer> noAnswers() {
    return Stream.of(
        Answer.text(401, "Forbidden"),
        Answer.message(403, "Forbidden"),
        Answer.message(400, "could not get HSK for account"),
        Answer.message(429, "later"),
        Answer.html(200),
        Answer.json(200, "{\"http_signing_key\":\"\"}"),
        Answer.json(200, "{\"http_signing_key\":17}"),
        Answer.json(200, "[\"canary\"]"),
        Answer.json(200, "{\"http_signing_key\":\"canary"));
  }

  @ParameterizedTest
  @MethodSource("noAnswers")
  void anErrorSaysNothingAboutTheKey(Answer answer) {
    fixture.then(answer);

    ProbeResult result = probe(OLD);

    assertThat(result).isInstanceOf(ProbeResult.Unknown.class);
    Keys.assertNoCanaryIn(result.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"http_signing_key\":\"%s\",\"message\":\"success\"}",
        "{\"message\":\"success\",\"http_signing_key\":\"%s\"}",
        "{\"more\":{\"http_signing_key\":\"no\"},\"list\":[{}],\"http_signing_key\":\"%s\"}"
      })
  void theKeyIsFoundWhereverItStandsInTheAnswer(String form) {
    fixture.then(Answer.json(200, form.formatted(NEW)));

    assertThat(probe(NEW)).isEqualTo(new ProbeResult.Accepted());
  }

  @Test
  void thereIsOneOnly() {
    try (SecretFields fields = fields(OLD)) {
      assertThat(fixture.issuer().idOf(SCOPE, fields)).contains("http-signing-key");
    }
    assertThat(fixture.issuer().live(SCOPE))
        .containsExactly(new LiveCredential("http-signing-key", "", Optional.empty()));
    Keys.assertFails(
        IssuerException.Rejected.class, () -> fixture.issuer().revoke(SCOPE, Keys.KEY_ID));
    assertThat(fixture.server.requests()).isEmpty();
  }

  private ProbeResult probe(String key) {
    try (SecretFields fields = fields(key)) {
      return fixture.issuer().probe(SCOPE, fields);
    }
  }

  private static Answer shown(String key) {
    return Answer.json(200, "{\"message\":\"success\",\"http_signing_key\":\"" + key + "\"}");
  }

  private static Predecessor old() {
    return new Predecessor(Optional.of("http-signing-key"), fields(OLD));
  }

  private static SecretFields fields(String key) {
    return SecretFields.takeOwnershipOf(Map.of("signing_key", SecretBytes.ofUtf8(key)));
  }
}
