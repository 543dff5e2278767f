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
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Passwords are chosen here and set at Mailgun; what that does to the wire. */
class SmtpLoginsTest {
  private static final Answer CHANGED = Answer.message(200, "Created 1 credentials pair(s)");
  private static final Answer NO_LOGIN = Answer.message(404, "Credentials not found");

  private final IssuerFixture fixture;

  SmtpLoginsTest() throws IOException {
    fixture = new IssuerFixture();
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @ParameterizedTest
  @CsvSource({
    "app-a@mg.example.com, app-b@mg.example.com",
    "app-b@mg.example.com, app-a@mg.example.com",
    "App-A@MG.example.com, app-b@mg.example.com",
    "app-a, app-b@mg.example.com",
    "by-hand@mg.example.com, app-a@mg.example.com"
  })
  void theLoginThatIsNotInUseHasItsTurn(String present, String next) {
    try (IssuedCredential issued = issue(Logins.ALTERNATING, Logins.old(present))) {
      assertThat(issued.id()).isEqualTo(next);
      assertThat(Logins.text(issued.fields(), "login")).isEqualTo(next);
    }
    assertThat(fixture.server.requests()).as("nobody is asked").isEmpty();
  }

  @Test
  void withoutAPairTheSameLoginGetsAnotherPassword() {
    try (IssuedCredential issued = issue(Logins.IN_PLACE, Logins.old("App-A"))) {
      assertThat(issued.id()).isEqualTo(Logins.A);
      assertThat(issued.fields().names()).containsExactly("login", "password");
      assertThat(Logins.text(issued.fields(), "password")).isNotEqualTo(Logins.CANARY_PASSWORD);
    }
    assertThat(fixture.server.requests()).isEmpty();
  }

  @Test
  void aPasswordIsLongRandomAndHarmlessInAnyFile() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      try (SecretBytes password = ChosenPassword.random()) {
        assertThat(password.exposeUtf8()).matches("[A-Za-z][A-Za-z0-9]{31}");
        seen.add(password.exposeUtf8());
      }
    }
    assertThat(seen).hasSize(200);
    assertThat(seen.stream().flatMap(each -> each.chars().boxed()).collect(Collectors.toSet()))
        .as("the whole alphabet is used")
        .hasSize(62);
  }

  @Test
  void aPasswordIsSetOnTheLoginByItsWholeAddress() {
    fixture.then(CHANGED);

    activate("app-a");

    RecordedRequest request = fixture.server.requests().getFirst();
    assertThat(request.method()).isEqualTo("PUT");
    assertThat(request.target())
        .isEqualTo("/v3/domains/mg.example.com/credentials/app-a%40mg.example.com");
    assertThat(request.formFields())
        .containsExactlyEntriesOf(Map.of("password", Logins.CANARY_PASSWORD));
    assertThat(fixture.observed).containsExactly("set ok");
  }

  @Test
  void aLoginThatIsNotThereIsMade() {
    fixture.then(NO_LOGIN, CHANGED);

    activate(Logins.A);

    RecordedRequest request = fixture.server.requests().getLast();
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.target()).isEqualTo("/v3/domains/mg.example.com/credentials");
    assertThat(request.formFields())
        .containsOnly(Map.entry("login", Logins.A), Map.entry("password", Logins.CANARY_PASSWORD));
    assertThat(fixture.observed).containsExactly("set ok", "create ok");
  }

  @Test
  void aDomainThatIsNotThereIsSaid() {
    fixture.then(
        Answer.message(404, "Domain not found: x"), Answer.message(404, "Domain not found: x"));

    assertThat(catchThrowableOfType(IssuerException.Rejected.class, () -> activate(Logins.A)))
        .hasMessageContaining("check that the domain exists");
  }

  @Test
  void settingIsRepeatedAfterALostAnswer() {
    fixture.then(new Answer.Reset(), Answer.message(503, "later"), CHANGED);

    activate(Logins.A);

    assertThat(fixture.server.requests()).hasSize(3);
    assertThat(fixture.server.requests())
        .as("the same password each time")
        .extracting(request -> request.formFields().get("password"))
        .containsOnly(Logins.CANARY_PASSWORD);
  }

  static Stream<Answer> lostAnswers() {
    return Stream.of(
        new Answer.Reset(),
        new Answer.Silent(),
        new Answer.Cut(200, "{\"message\":"),
        Answer.message(502, Keys.CANARY_BODY),
        Answer.html(200));
  }

  @ParameterizedTest
  @MethodSource("lostAnswers")
  void aChangeWhoseAnswersAreAllLostHasAnUnknownOutcome(Answer lost) {
    fixture.use(IssuerFixture.timeouts(Duration.ofMillis(250), Duration.ofSeconds(20)));
    fixture.then(lost, lost, lost, lost);

    IssuerException failure =
        catchThrowableOfType(IssuerException.OutcomeUnknown.class, () -> activate(Logins.A));

    assertThat(failure).hasMessageContaining(Logins.A);
    Keys.assertNoCanaryIn(failure);
  }

  @ParameterizedTest
  @MethodSource("lostAnswers")
  void makingALoginIsNotRepeatedByItself(Answer lost) {
    fixture.use(IssuerFixture.timeouts(Duration.ofMillis(250), Duration.ofSeconds(20)));
    fixture.then(NO_LOGIN, lost, CHANGED);

    Keys.assertFails(IssuerException.OutcomeUnknown.class, () -> activate(Logins.A));

    assertThat(fixture.server.requests()).hasSize(2);
  }

  @Test
  void aRevokedLoginHasAPasswordThatNobodyKeeps() {
    fixture.then(CHANGED, CHANGED);

    assertThat(fixture.issuer().revoke(Logins.ALTERNATING, Logins.A)).isEqualTo(Revocation.REVOKED);
    fixture.issuer().revoke(Logins.ALTERNATING, Logins.A);

    assertThat(fixture.server.requests()).extracting(RecordedRequest::method).containsOnly("PUT");
    List<String> passwords =
        fixture.server.requests().stream()
            .map(request -> request.formFields().get("password"))
            .toList();
    assertThat(passwords).allMatch(each -> each.matches("[A-Za-z0-9]{32}")).doesNotHaveDuplicates();
  }

  @Test
  void aLoginThatIsGoneIsRevoked() {
    fixture.then(NO_LOGIN);

    assertThat(fixture.issuer().revoke(Logins.ALTERNATING, Logins.A))
        .isEqualTo(Revocation.ALREADY_GONE);
  }

  @Test
  void aProxysPageIsNotALoginThatIsGone() {
    fixture.then(Answer.html(404), Answer.html(404), Answer.html(404), Answer.html(404));

    Keys.assertNoCanaryIn(
        catchThrowableOfType(
            IssuerException.class, () -> fixture.issuer().revoke(Logins.ALTERNATING, Logins.A)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x@other.example", "a/b", "a b", "..@mg.example.com/x", "@mg.example.com"})
  void whatIsNotALoginOfTheDomainAsksNobody(String login) {
    Keys.assertFails(
        IssuerException.Rejected.class, () -> fixture.issuer().revoke(Logins.IN_PLACE, login));
    Keys.assertFails(IssuerException.Rejected.class, () -> activate(login));
    Keys.assertFails(
        IssuerException.Rejected.class, () -> issue(Logins.IN_PLACE, Logins.old(login)).close());
    assertThat(fixture.server.requests()).isEmpty();
  }

  @Test
  void aPairOfOneLoginHasNoTurns() {
    CredentialScope scope =
        new CredentialScope(
            SecretKind.MAILGUN_SMTP, Logins.DOMAIN, List.of(Logins.A, "APP-A@mg.example.com"));

    assertThat(
            catchThrowableOfType(
                IssuerException.Rejected.class, () -> issue(scope, Logins.old(Logins.A)).close()))
        .hasMessageContaining("two different ones");
  }

  @Test
  void theIdIsTheAddress() {
    try (SecretFields fields = Logins.fields(" App-A ", "x");
        SecretFields none = Keys.fields("x")) {
      assertThat(fixture.issuer().idOf(Logins.IN_PLACE, fields)).contains(Logins.A);
      assertThat(fixture.issuer().idOf(Logins.IN_PLACE, none)).isEmpty();
    }
  }

  @Test
  void loginsAreListedPageByPage() {
    fixture.then(
        logins(0, 1000, "\"Wed, 08 Mar 2023 23:34:57 +0000\""),
        logins(1000, 2, "\"Fri, 12 Jul 2024 00:00:00 -0000\""));

    List<LiveCredential> live = fixture.issuer().live(Logins.IN_PLACE);

    assertThat(live).hasSize(1002);
    assertThat(live.getFirst())
        .isEqualTo(
            new LiveCredential(
                "login-0@mg.example.com", "", Optional.of(Instant.parse("2023-03-08T23:34:57Z"))));
    assertThat(live.getLast().createdAt()).contains(Instant.parse("2024-07-12T00:00:00Z"));
    assertThat(fixture.server.requests())
        .extracting(RecordedRequest::target)
        .containsExactly(
            "/v3/domains/mg.example.com/credentials?skip=0&limit=1000",
            "/v3/domains/mg.example.com/credentials?skip=1000&limit=1000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "\"yesterday\"", "17", "\"\""})
  void aTimeThatCanNotBeReadIsLeftOut(String time) {
    fixture.then(logins(0, 1, time));

    assertThat(fixture.issuer().live(Logins.IN_PLACE).getFirst().createdAt()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"items\":{}}",
        "{\"items\":[{}]}",
        "{\"items\":[{\"login\":\"x\"}]}",
        "[]"
      })
  void anAnswerThatIsNoListOfLoginsIsNotTakenForOne(String body) {
    fixture.then(Answer.json(200, body));

    Keys.assertFails(IssuerException.Malformed.class, () -> fixture.issuer().live(Logins.IN_PLACE));
  }

  @Test
  void withoutAnSmtpServerNothingIsKnownOfALogin() {
    try (SecretFields fields = Logins.fields(Logins.A, Logins.CANARY_PASSWORD)) {
      ProbeResult result = fixture.issuer().probe(Logins.IN_PLACE, fields);

      assertThat(result).isInstanceOf(ProbeResult.Unknown.class);
      assertThat(result.toString()).contains("name it as smtp in the config");
      Keys.assertNoCanaryIn(result.toString());
    }
  }

  private IssuedCredential issue(CredentialScope scope, Predecessor old) {
    return fixture.issuer().issue(scope, Keys.TAG, old);
  }

  private void activate(String login) {
    try (SecretFields fields = Logins.fields(login, Logins.CANARY_PASSWORD)) {
      fixture.issuer().activate(Logins.ALTERNATING, fields);
    }
  }

  private static Answer logins(int from, int count, String createdAt) {
    return Answer.json(
        200,
        "{\"total_count\":1002,\"items\":["
            + IntStream.range(from, from + count)
                .mapToObj(
                    n ->
                        "{\"mailbox\":\"login-%1$d@mg.example.com\",\"login\":\"login-%1$d@mg.example.com\",\"created_at\":%2$s,\"size_bytes\":null}"
                            .formatted(n, createdAt))
                .collect(Collectors.joining(","))
            + "]}");
  }
}
