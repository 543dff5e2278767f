package dev.postern.mailgun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.SecretBytes;
import dev.postern.issuer.CredentialIssuer;
import dev.postern.issuer.IssuerException;
import dev.postern.issuer.Revocation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Lost, late, half and missing answers; what is repeated after them and what is not. */
class MailgunFailuresTest {
  private static final MailgunTimeouts IMPATIENT =
      IssuerFixture.timeouts(Duration.ofMillis(250), Duration.ofSeconds(20));

  private final IssuerFixture fixture;

  MailgunFailuresTest() throws IOException {
    fixture = new IssuerFixture();
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  static Stream<Answer> lostAnswers() {
    return Stream.of(
        new Answer.Reset(),
        new Answer.Silent(),
        new Answer.Cut(200, "{\"key\":{\"id\":\"a\",\"secret\":\"" + Keys.CANARY_NEW_KEY),
        new Answer.Stalled(200, "{\"key\":{\"secret\":\"" + Keys.CANARY_NEW_KEY),
        new Answer.Garbage(Keys.CANARY_BODY + "\r\n\r\n"),
        Answer.message(503, Keys.CANARY_BODY));
  }

  @ParameterizedTest
  @MethodSource("lostAnswers")
  void aLostAnswerToMakingAKeyIsAnUnknownOutcomeAndNeverRepeated(Answer answer) {
    fixture.use(IMPATIENT);
    fixture.then(answer, Keys.created());

    IssuerException failure =
        catchThrowableOfType(
            IssuerException.OutcomeUnknown.class,
            () -> fixture.issuer().issue(Keys.SENDING, Keys.TAG, Keys.OLD).close());

    Keys.assertNoCanaryIn(failure);
    assertThat(fixture.server.requests()).hasSize(1);
    assertThat(fixture.observed).containsExactly("create unavailable");
  }

  /**
   * Without the reset: a GET that got no byte of an answer is also repeated by the JDK's client.
   */
  static Stream<Answer> lostAnswersThatAreCounted() {
    return lostAnswers().filter(answer -> !(answer instanceof Answer.Reset));
  }

  @Test
  void listingIsRepeatedAfterAReset() {
    fixture.then(new Answer.Reset(), Keys.listed(Keys.keyJson(Keys.KEY_ID, "")));

    assertThat(fixture.issuer().live(Keys.SENDING)).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("lostAnswersThatAreCounted")
  void listingIsRepeatedAfterALostAnswer(Answer answer) {
    fixture.use(IMPATIENT);
    fixture.then(answer, answer, Keys.listed(Keys.keyJson(Keys.KEY_ID, "")));

    assertThat(fixture.issuer().live(Keys.SENDING)).hasSize(1);
    assertThat(fixture.observed).containsExactly("list unavailable", "list unavailable", "list ok");
  }

  @ParameterizedTest
  @MethodSource("lostAnswers")
  void deletingIsRepeatedAfterALostAnswerAndFindsTheKeyGone(Answer answer) {
    fixture.use(IMPATIENT);
    fixture.then(answer, Answer.message(404, "no key matching id"));

    assertThat(fixture.issuer().revoke(Keys.SENDING, Keys.KEY_ID))
        .isEqualTo(Revocation.ALREADY_GONE);
  }

  @ParameterizedTest
  @MethodSource("lostAnswersThatAreCounted")
  void repeatingEndsAfterFourAttempts(Answer answer) {
    fixture.use(IMPATIENT);
    fixture.then(answer, answer, answer, answer, Keys.listed());

    IssuerException failure =
        catchThrowableOfType(
            IssuerException.Unavailable.class, () -> fixture.issuer().live(Keys.SENDING));

    Keys.assertNoCanaryIn(failure);
    assertThat(fixture.server.requests()).hasSize(4);
  }

  @Test
  void aDeletionWhoseAnswersAreAllLostHasAnUnknownOutcome() {
    Answer lost = new Answer.Reset();
    fixture.then(lost, lost, lost, lost);

    assertThat(
            catchThrowableOfType(
                IssuerException.OutcomeUnknown.class,
                () -> fixture.issuer().revoke(Keys.SENDING, Keys.KEY_ID)))
        .hasMessageContaining(Keys.KEY_ID);
    assertThat(fixture.server.requests()).hasSize(4);
  }

  @Test
  void aServerThatIsNotThereIsUnavailableEvenForMakingAKey() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    fixture.issuer(URI.create("http://127.0.0.1:" + free));

    assertThat(
            catchThrowableOfType(
                IssuerException.Unavailable.class,
                () -> fixture.issuer().issue(Keys.SENDING, Keys.TAG, Keys.OLD).close()))
        .hasMessageContaining("no connection")
        .hasMessageContaining("127.0.0.1:" + free);
    assertThat(fixture.observed).hasSize(4).containsOnly("create unavailable");
  }

  @Test
  void aHostNameThatDoesNotResolveIsUnavailableEvenForMakingAKey() {
    fixture.issuer(URI.create("http://mailgun.invalid:1"));

    assertThat(
            catchThrowableOfType(
                IssuerException.Unavailable.class,
                () -> fixture.issuer().issue(Keys.SENDING, Keys.TAG, Keys.OLD).close()))
        .hasMessageContaining("the host name can not be resolved");
  }

  @Test
  void aThrottledCreationIsAskedForAgainWhenTheWaitIsShort() {
    fixture.then(Answer.message(429, "wait", "Retry-After: 0"), Keys.created());

    fixture.issuer().issue(Keys.SENDING, Keys.TAG, Keys.OLD).close();

    assertThat(fixture.observed).containsExactly("create throttled", "create ok");
  }

  @Test
  void aWaitBeyondTheDeadlineIsTheCallersToWait() {
    fixture.use(IssuerFixture.timeouts(Duration.ofSeconds(5), Duration.ofSeconds(10)));
    long resets = IssuerFixture.NOW.getEpochSecond() + 60;
    fixture.then(Answer.message(429, "wait", "X-RateLimit-Reset: " + resets), Keys.listed());

    assertThat(
            catchThrowableOfType(
                    IssuerException.Throttled.class, () -> fixture.issuer().live(Keys.SENDING))
                .retryAfter())
        .contains(Duration.ofSeconds(60));
    assertThat(fixture.server.requests()).hasSize(1);
  }

  @Test
  void aCallEndsWithItsDeadlineAlthoughMoreAttemptsAreLeft() {
    fixture.use(IssuerFixture.timeouts(Duration.ofSeconds(20), Duration.ofMillis(300)));
    fixture.then(new Answer.Silent(), Keys.listed());

    assertThat(
            catchThrowableOfType(
                IssuerException.Unavailable.class, () -> fixture.issuer().live(Keys.SENDING)))
        .hasMessageContaining("no complete answer");
    assertThat(fixture.server.requests()).hasSize(1);
  }

  @Test
  void anInterruptedCallerGetsAnIssuerExceptionAndKeepsTheInterrupt() {
    fixture.then(new Answer.Silent());
    Thread.currentThread().interrupt();
    try {
      IssuerException failure =
          catchThrowableOfType(
              IssuerException.OutcomeUnknown.class,
              () -> fixture.issuer().issue(Keys.SENDING, Keys.TAG, Keys.OLD).close());

      assertThat(failure).hasMessageContaining("interrupted");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void anInterruptInAPauseEndsWithTheFailureBeforeIt() {
    fixture.then(Answer.message(429, "wait", "Retry-After: 5"));
    fixture.use(IssuerFixture.QUICK);
    Thread caller = Thread.currentThread();
    // The observer is told of the refused request right before the pause.
    CredentialIssuer issuer =
        MailgunIssuerFactory.create(
            MailgunConfig.of("mailgun", fixture.server.uri()).withTimeouts(IssuerFixture.QUICK),
            () -> SecretBytes.ofUtf8(Keys.CANARY_ADMIN_KEY),
            InstantSource.fixed(IssuerFixture.NOW),
            (operation, outcome, took) -> caller.interrupt());
    try (issuer) {
      assertThat(catchThrowableOfType(IssuerException.Throttled.class, issuer::check).retryAfter())
          .contains(Duration.ofSeconds(5));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void aClosedIssuerSendsNothing() {
    fixture.issuer().close();

    assertThat(
            catchThrowableOfType(IssuerException.Unavailable.class, () -> fixture.issuer().check()))
        .hasMessageContaining("closed");
    assertThat(fixture.server.requests()).isEmpty();
  }

  @Test
  void aSharedClientIsUsedAndLeftOpen() {
    fixture.then(Keys.listed(), Keys.listed());
    try (HttpClient shared = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      for (String name : List.of("first", "second")) {
        try (CredentialIssuer issuer = sharing(name, shared)) {
          issuer.check();
        }
      }
      assertThat(shared.isTerminated()).isFalse();
    }
    assertThat(fixture.server.requests()).hasSize(2);
  }

  @Test
  void aSharedClientThatFollowsRedirectsIsNotUsed() {
    try (HttpClient shared =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.ALWAYS).build();
        CredentialIssuer issuer = sharing("mailgun", shared)) {
      assertThat(catchThrowableOfType(IllegalStateException.class, issuer::check))
          .hasMessageContaining("redirects");
    }
    assertThat(fixture.server.requests()).isEmpty();
  }

  private CredentialIssuer sharing(String name, HttpClient client) {
    return MailgunIssuerFactory.create(
        MailgunConfig.of(name, fixture.server.uri()),
        () -> SecretBytes.ofUtf8(Keys.CANARY_ADMIN_KEY),
        InstantSource.system(),
        CallObserver.NONE,
        () -> client);
  }
}
