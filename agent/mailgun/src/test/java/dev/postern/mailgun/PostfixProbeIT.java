package dev.postern.mailgun;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.issuer.CredentialIssuer;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.IssuedCredential;
import dev.postern.issuer.Predecessor;
import dev.postern.issuer.ProbeResult;
import dev.postern.mailgun.simulator.IssuedKey;
import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.mailgun.simulator.NewKey;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * SMTP probes answered by a real Postfix: alone, and for whole changes of password, in which the
 * passwords that the simulated Mailgun is given become those of the Postfix.
 */
class PostfixProbeIT {
  private static final ProbeResult ACCEPTED = new ProbeResult.Accepted();
  private static final ProbeResult REFUSED = new ProbeResult.Refused();
  private static final int PROOFS = 3;

  private static PostfixServer postfix;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    postfix = PostfixServer.start();
  }

  @AfterAll
  static void stop() throws IOException, InterruptedException {
    if (postfix != null) {
      postfix.stop();
    }
  }

  @Test
  void theRightPasswordIsAcceptedAndAWrongOneRefused() {
    postfix.setPassword(Logins.A, Logins.CANARY_PASSWORD);

    for (MailgunSmtp server : List.of(postfix.startTls(), postfix.implicitTls())) {
      assertThat(probe(server, Logins.CANARY_PASSWORD)).isEqualTo(ACCEPTED);
      assertThat(probe(server, "canary-wrong")).isEqualTo(REFUSED);
    }
  }

  @Test
  void afterAChangeTheOldPasswordIsRefusedAndTheNewOneAccepted() {
    postfix.setPassword(Logins.A, "canary-before");
    assertThat(probe(postfix.startTls(), "canary-before")).isEqualTo(ACCEPTED);

    postfix.setPassword(Logins.A, "canary-after");

    assertThat(probe(postfix.startTls(), "canary-before")).isEqualTo(REFUSED);
    assertThat(probe(postfix.startTls(), "canary-after")).isEqualTo(ACCEPTED);
  }

  @Test
  void aStoppedBackendIsNotDeath() {
    postfix.setPassword(Logins.A, Logins.CANARY_PASSWORD);

    assertUnknown(at(postfix.withoutBackend), "answered 454");
  }

  @Test
  void aCertificateThatNobodyVouchesForIsUnknown() {
    assertUnknown(
        MailgunSmtp.of("localhost", postfix.submission, Optional.empty()),
        "certificate is not trusted");
  }

  @Test
  void withoutStartTlsNoPasswordIsSent() {
    assertUnknown(at(postfix.withoutTls), "offers no STARTTLS");
  }

  @Test
  void thePortOfTheOtherKindIsUnknown() {
    assertUnknown(
        new MailgunSmtp("localhost", postfix.submission, true, Optional.of(postfix.authority())),
        "is TLS from the start");
  }

  @Test
  void twoLoginsTakeTurns() {
    changePasswords(Logins.ALTERNATING, Logins.B);
  }

  @Test
  void aPasswordIsReplacedInPlace() {
    changePasswords(Logins.IN_PLACE, Logins.A);
  }

  /** As the cycle does it: choose, set, test, revoke, then prove beside a positive control. */
  private void changePasswords(CredentialScope scope, String next) {
    try (MailgunSimulator mailgun =
            MailgunSimulator.builder()
                .domain(Logins.DOMAIN)
                .passwordListener(postfix::setPassword)
                .start();
        CredentialIssuer issuer = issuer(mailgun, postfix.startTls());
        SecretFields old = Logins.fields(Logins.A, Logins.CANARY_PASSWORD)) {
      mailgun.setLogin(Logins.A, Logins.CANARY_PASSWORD);
      assertThat(issuer.probe(scope, old)).isEqualTo(ACCEPTED);
      Predecessor predecessor = new Predecessor(issuer.idOf(scope, old), old);

      try (IssuedCredential issued = issuer.issue(scope, Keys.TAG, predecessor)) {
        assertThat(issued.id()).isEqualTo(next);
        assertThat(issuer.probe(scope, issued.fields())).as("not set yet").isEqualTo(REFUSED);
        issuer.activate(scope, issued.fields());
        assertThat(issuer.probe(scope, issued.fields())).isEqualTo(ACCEPTED);
        if (!issued.id().equals(predecessor.id().orElseThrow())) {
          assertThat(issuer.probe(scope, old)).as("both live").isEqualTo(ACCEPTED);
          issuer.revoke(scope, predecessor.id().orElseThrow());
        }
        for (int proof = 0; proof < PROOFS; proof++) {
          assertThat(issuer.probe(scope, issued.fields())).isEqualTo(ACCEPTED);
          assertThat(issuer.probe(scope, old)).isEqualTo(REFUSED);
        }
      }
    }
  }

  private static MailgunSmtp at(int port) {
    return MailgunSmtp.of("localhost", port, Optional.of(postfix.authority()));
  }

  private static void assertUnknown(MailgunSmtp server, String words) {
    ProbeResult result = probe(server, Logins.CANARY_PASSWORD);

    assertThat(result).isInstanceOf(ProbeResult.Unknown.class);
    assertThat(result.toString()).contains(words);
    Keys.assertNoCanaryIn(result.toString());
  }

  private static ProbeResult probe(MailgunSmtp server, String password) {
    try (SecretBytes bytes = SecretBytes.ofUtf8(password)) {
      return new SmtpProbe(
              Optional.of(server),
              IssuerFixture.timeouts(Duration.ofSeconds(10), Duration.ofSeconds(20)),
              CallObserver.NONE)
          .ask(Logins.A, bytes);
    }
  }

  private static CredentialIssuer issuer(MailgunSimulator mailgun, MailgunSmtp server) {
    IssuedKey admin = mailgun.createKey(NewKey.admin("admin"));
    return MailgunIssuerFactory.create(
        MailgunConfig.of("mailgun", mailgun.baseUri()).withSmtp(server),
        () -> SecretBytes.ofUtf8(admin.exposeSecret()),
        InstantSource.system(),
        CallObserver.NONE);
  }
}
