package dev.postern.mailgun;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.issuer.CredentialIssuer;
import dev.postern.issuer.IssuedCredential;
import dev.postern.issuer.ProbeResult;
import dev.postern.issuer.Revocation;
import dev.postern.mailgun.simulator.Fault;
import dev.postern.mailgun.simulator.IssuedKey;
import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.mailgun.simulator.NewKey;
import dev.postern.mailgun.simulator.Operation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SMTP logins at a Mailgun that really keeps them, asked by a real client over real TLS. */
class SmtpProbeIT {
  private static final ProbeResult ACCEPTED = new ProbeResult.Accepted();
  private static final ProbeResult REFUSED = new ProbeResult.Refused();

  private final MailgunSimulator mailgun =
      MailgunSimulator.builder().domain(Logins.DOMAIN).smtps().start();
  private final IssuedKey admin = mailgun.createKey(NewKey.admin("admin"));
  private final List<String> observed = new CopyOnWriteArrayList<>();

  @TempDir private Path directory;
  private Path ca;

  @BeforeEach
  void keepTheAuthority() throws IOException {
    ca = Files.write(directory.resolve("ca.pem"), MailgunSimulator.smtpAuthority());
    mailgun.setLogin(Logins.A, Logins.CANARY_PASSWORD);
  }

  @AfterEach
  void close() {
    mailgun.close();
  }

  @Test
  void theRightPasswordIsAcceptedAndAWrongOneRefusedOnBothKindsOfPort() {
    for (MailgunSmtp server : List.of(startTls("localhost"), startTls("127.0.0.1"), implicit())) {
      assertThat(probe(server, Logins.A, Logins.CANARY_PASSWORD)).isEqualTo(ACCEPTED);
      assertThat(probe(server, Logins.A, "canary-wrong")).isEqualTo(REFUSED);
      assertThat(probe(server, Logins.B, Logins.CANARY_PASSWORD)).isEqualTo(REFUSED);
    }
    assertThat(observed).startsWith("probe ok", "probe refused", "probe refused");
    assertThat(mailgun.acceptedMessages()).as("a probe sends nothing").isEmpty();
  }

  @Test
  void twoLoginsTakeTurns() {
    try (CredentialIssuer issuer = issuer(Optional.of(startTls("localhost")));
        SecretFields old = Logins.fields(Logins.A, Logins.CANARY_PASSWORD);
        IssuedCredential issued =
            issuer.issue(Logins.ALTERNATING, Keys.TAG, Logins.old(Logins.A))) {
      assertThat(issuer.probe(Logins.ALTERNATING, issued.fields())).isEqualTo(REFUSED);
      issuer.activate(Logins.ALTERNATING, issued.fields());
      issuer.activate(Logins.ALTERNATING, issued.fields());
      assertThat(issuer.probe(Logins.ALTERNATING, issued.fields())).isEqualTo(ACCEPTED);
      assertThat(issuer.probe(Logins.ALTERNATING, old)).isEqualTo(ACCEPTED);

      mailgun.inject(Operation.SET_PASSWORD, Fault.RevocationLag.ofUses(1));
      assertThat(issuer.revoke(Logins.ALTERNATING, Logins.A)).isEqualTo(Revocation.REVOKED);

      assertThat(issuer.probe(Logins.ALTERNATING, old)).as("it lags").isEqualTo(ACCEPTED);
      assertThat(issuer.probe(Logins.ALTERNATING, old)).isEqualTo(REFUSED);
      assertThat(issuer.probe(Logins.ALTERNATING, issued.fields())).isEqualTo(ACCEPTED);
      assertThat(issuer.live(Logins.ALTERNATING))
          .extracting(login -> login.id())
          .containsExactlyInAnyOrder(Logins.A, Logins.B);
    }
  }

  @Test
  void aLostAnswerToSettingAPasswordIsFoundDone() {
    mailgun.inject(Operation.SET_PASSWORD, new Fault.AnswerLost());
    try (CredentialIssuer issuer = issuer(Optional.of(startTls("localhost")));
        IssuedCredential issued = issuer.issue(Logins.IN_PLACE, Keys.TAG, Logins.old(Logins.A))) {
      issuer.activate(Logins.IN_PLACE, issued.fields());

      assertThat(issuer.probe(Logins.IN_PLACE, issued.fields())).isEqualTo(ACCEPTED);
    }
    assertThat(probe(startTls("localhost"), Logins.A, Logins.CANARY_PASSWORD)).isEqualTo(REFUSED);
  }

  @Test
  void otherRepliesThanThatThePasswordIsWrongAreNotDeath() {
    mailgun.inject(Operation.SMTP_AUTH, new Fault.Status(454, "4.7.0 canary"));
    mailgun.inject(Operation.SMTP_AUTH, new Fault.Throttled(Duration.ofSeconds(1)));
    mailgun.inject(Operation.SMTP_AUTH, new Fault.Status(534, "5.7.9 canary"));
    mailgun.inject(Operation.SMTP_AUTH, new Fault.Status(538, "5.7.11 canary"));
    mailgun.inject(Operation.SMTP_AUTH, new Fault.Disabled(Fault.Disabled.What.ACCOUNT));
    mailgun.inject(Operation.SMTP_AUTH, new Fault.AnswerLost());

    for (String words :
        List.of(
            "answered 454",
            "answered 421",
            "answered 534",
            "answered 538",
            "answered 550",
            "connection broke")) {
      assertUnknown(startTls("localhost"), words);
    }
  }

  @Test
  void aCertificateThatNobodyVouchesForGetsNoPassword() {
    InetSocketAddress at = mailgun.smtpAddress();
    assertUnknown(
        MailgunSmtp.of("localhost", at.getPort(), Optional.empty()), "certificate is not trusted");
    assertUnknown(
        new MailgunSmtp("localhost", mailgun.smtpsAddress().getPort(), true, Optional.empty()),
        "certificate is not trusted");
  }

  /** The one who runs it might be anyone that the authority has vouched for. */
  @Test
  void aCertificateOfTheRightAuthorityForAnotherHostGetsNoPassword() throws Exception {
    try (MailgunSimulator other =
        MailgunSimulator.builder()
            .domain(Logins.DOMAIN)
            .smtpTls(OtherHost.context())
            .smtps()
            .start()) {
      other.setLogin(Logins.A, Logins.CANARY_PASSWORD);
      assertTrustedAs(OtherHost.NAME, other.smtpsAddress());
      for (String host : List.of("localhost", "127.0.0.1")) {
        for (String password : List.of(Logins.CANARY_PASSWORD, "canary-wrong")) {
          assertUnknown(
              MailgunSmtp.of(host, other.smtpAddress().getPort(), Optional.of(ca)),
              password,
              "certificate is not for this name");
          assertUnknown(
              new MailgunSmtp(host, other.smtpsAddress().getPort(), true, Optional.of(ca)),
              password,
              "certificate is not for this name");
        }
      }
    }
  }

  /** Or else the name would not be what is wrong with it. */
  private void assertTrustedAs(String name, InetSocketAddress address) throws Exception {
    try (Socket plain = new Socket(address.getAddress(), address.getPort());
        SSLSocket tls =
            (SSLSocket)
                SmtpTrust.sockets(Optional.of(ca))
                    .createSocket(plain, name, address.getPort(), true)) {
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      tls.setSSLParameters(parameters);
      tls.startHandshake();
    }
  }

  @Test
  void aServerWithoutStartTlsGetsNoPassword() {
    try (MailgunSimulator plain =
        MailgunSimulator.builder().domain(Logins.DOMAIN).plainSmtp().start()) {
      plain.setLogin(Logins.A, Logins.CANARY_PASSWORD);
      assertUnknown(
          MailgunSmtp.of("localhost", plain.smtpAddress().getPort(), Optional.of(ca)),
          "offers no STARTTLS");
    }
  }

  @Test
  void thePortOfTheOtherKindIsSaid() {
    assertUnknown(
        new MailgunSmtp("localhost", mailgun.smtpAddress().getPort(), true, Optional.of(ca)),
        "is TLS from the start");
  }

  @Test
  void aServerThatIsNotThereOrSilentIsUnknown() throws IOException {
    int port;
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      port = silent.getLocalPort();
      assertUnknown(MailgunSmtp.of("localhost", port, Optional.of(ca)), "no answer in time");
    }
    assertUnknown(MailgunSmtp.of("localhost", port, Optional.of(ca)), "no connection");
    assertUnknown(MailgunSmtp.of("smtp.invalid", 587, Optional.of(ca)), "can not be resolved");
  }

  @Test
  void anAuthorityThatCanNotBeReadIsNamed() throws IOException {
    Path missing = directory.resolve("missing.pem");
    Path empty = Files.writeString(directory.resolve("empty.pem"), "");
    for (Path file : List.of(missing, empty)) {
      assertUnknown(
          MailgunSmtp.of("localhost", mailgun.smtpAddress().getPort(), Optional.of(file)),
          file.toString());
    }
  }

  private MailgunSmtp startTls(String host) {
    return MailgunSmtp.of(host, mailgun.smtpAddress().getPort(), Optional.of(ca));
  }

  private MailgunSmtp implicit() {
    return new MailgunSmtp("localhost", mailgun.smtpsAddress().getPort(), true, Optional.of(ca));
  }

  private void assertUnknown(MailgunSmtp server, String words) {
    assertUnknown(server, Logins.CANARY_PASSWORD, words);
  }

  private void assertUnknown(MailgunSmtp server, String password, String words) {
    ProbeResult result = probe(server, Logins.A, password);

    assertThat(result).isInstanceOf(ProbeResult.Unknown.class);
    assertThat(result.toString()).contains(words).contains(server.host());
    Keys.assertNoCanaryIn(result.toString());
  }

  private ProbeResult probe(MailgunSmtp server, String login, String password) {
    try (CredentialIssuer issuer = issuer(Optional.of(server));
        SecretFields fields = Logins.fields(login, password)) {
      return issuer.probe(Logins.IN_PLACE, fields);
    }
  }

  private CredentialIssuer issuer(Optional<MailgunSmtp> server) {
    MailgunConfig plain =
        MailgunConfig.of("mailgun", mailgun.baseUri())
            .withTimeouts(IssuerFixture.timeouts(Duration.ofSeconds(2), Duration.ofSeconds(5)));
    return MailgunIssuerFactory.create(
        server.map(plain::withSmtp).orElse(plain),
        () -> SecretBytes.ofUtf8(admin.exposeSecret()),
        InstantSource.system(),
        (operation, outcome, took) -> observed.add(operation.label() + " " + outcome.label()));
  }
}
