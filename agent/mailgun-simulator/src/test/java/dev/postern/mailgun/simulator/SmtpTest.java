package dev.postern.mailgun.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SmtpTest extends SimulatorFixture {
  private static final String ALICE = "alice@" + DOMAIN;

  @BeforeEach
  void addAlice() {
    mailgun.setLogin(ALICE, "hunter22");
  }

  @Test
  void theRightPasswordIsAcceptedByPlainAndByLogin() throws IOException {
    assertThat(authenticate(ALICE, "hunter22")).startsWith("235");
    try (SmtpSession session = new SmtpSession(mailgun.smtpAddress())) {
      assertThat(session.login("Alice@mg.example.com", "hunter22")).startsWith("235");
      assertThat(session.say("QUIT")).startsWith("221");
    }
  }

  @Test
  void aWrongPasswordOrLoginIsRefused() throws IOException {
    assertThat(authenticate(ALICE, "hunter23")).startsWith("535");
    assertThat(authenticate("bob@" + DOMAIN, "hunter22")).startsWith("535");
    try (SmtpSession session = new SmtpSession(mailgun.smtpAddress())) {
      assertThat(session.login(ALICE, "")).startsWith("535");
    }
    assertThat(mailgun.refusedCalls())
        .hasSize(3)
        .allSatisfy(call -> assertThat(call.operation()).isEqualTo(Operation.SMTP_AUTH))
        .allSatisfy(call -> assertThat(call.client()).isEqualTo("localhost"));
  }

  @Test
  void aNewPasswordKillsTheOldOneAtOnce() throws IOException {
    api.put(CREDENTIALS + "/" + ALICE, admin, "password", "replaced");

    assertThat(authenticate(ALICE, "hunter22")).startsWith("535");
    assertThat(authenticate(ALICE, "replaced")).startsWith("235");
  }

  @Test
  void anOldPasswordMayLag() throws IOException {
    mailgun.inject(Operation.SET_PASSWORD, Fault.RevocationLag.ofUses(1));
    api.put(CREDENTIALS + "/" + ALICE, admin, "password", "replaced");
    assertThat(authenticate(ALICE, "hunter22")).startsWith("235");
    assertThat(authenticate(ALICE, "hunter22")).startsWith("535");

    mailgun.inject(Operation.DELETE_LOGIN, Fault.RevocationLag.lasting(Duration.ofSeconds(9)));
    api.delete(CREDENTIALS + "/" + ALICE, admin);
    assertThat(authenticate(ALICE, "replaced")).startsWith("235");
    clock.advance(Duration.ofSeconds(9));
    assertThat(authenticate(ALICE, "replaced")).startsWith("535");
  }

  @Test
  void aCallerOffTheAllowListIsRefused() throws IOException {
    api.post("/v2/ip_whitelist", admin, "address", "192.0.2.1");

    assertThat(authenticate(ALICE, "hunter22")).startsWith("535");
  }

  @Test
  void faultsHappenAtAuthentication() throws IOException {
    mailgun.inject(Operation.SMTP_AUTH, new Fault.SourceRefused());
    mailgun.inject(Operation.SMTP_AUTH, new Fault.Status(454, "4.7.0 Temporary failure"));
    mailgun.inject(Operation.SMTP_AUTH, new Fault.Throttled(Duration.ofSeconds(1)));
    mailgun.inject(Operation.SMTP_AUTH, new Fault.AnswerLost());
    mailgun.inject(Operation.SMTP_AUTH, new Fault.Delay(Duration.ofMillis(1)));

    assertThat(authenticate(ALICE, "hunter22")).startsWith("535");
    assertThat(authenticate(ALICE, "hunter22")).isEqualTo("454 4.7.0 Temporary failure");
    assertThat(authenticate(ALICE, "hunter22")).startsWith("421");
    assertThat(authenticate(ALICE, "hunter22")).isEmpty();
    assertThat(authenticate(ALICE, "hunter22")).startsWith("235");
  }

  @Test
  void aMessageNeedsALoginAndIsRecordedWithIt() throws IOException {
    try (SmtpSession session = new SmtpSession(mailgun.smtpAddress())) {
      assertThat(session.say("MAIL FROM:<shop@mg.example.com>")).startsWith("530");
      session.plain(ALICE, "hunter22");
      session.say("MAIL FROM:<shop@mg.example.com>");
      session.say("RCPT TO:<a@example.org>");
      session.say("DATA");
      assertThat(
              session.say("Subject: hello\r\nX-Mailgun-Drop-Message: yes\r\n\r\nSubject: no\r\n."))
          .startsWith("250");
    }

    AcceptedMessage message = mailgun.acceptedMessages().getFirst();
    assertThat(message.login()).isEqualTo(ALICE);
    assertThat(message.keyId()).isNull();
    assertThat(message.domain()).isEqualTo(DOMAIN);
    assertThat(message.from()).isEqualTo("shop@mg.example.com");
    assertThat(message.to()).containsExactly("a@example.org");
    assertThat(message.subject()).isEqualTo("hello");
    assertThat(message.testMode()).isTrue();
    assertThat(api.post("/v1/analytics/logs", admin).body()).contains("\"method\":\"SMTP\"");
  }

  @Test
  void startTlsIsOfferedWhenThereIsACertificate(@TempDir Path directory) throws Exception {
    SSLContext context = selfSigned(directory.resolve("keys.p12"));
    try (MailgunSimulator secure = MailgunSimulator.builder().smtpTls(context).start();
        SmtpSession session = new SmtpSession(secure.smtpAddress())) {
      secure.setLogin(ALICE, "hunter22");

      assertThat(session.startTls(context)).startsWith("220");
      session.say("EHLO localhost");
      assertThat(session.plain(ALICE, "hunter22")).startsWith("235");
    }
  }

  @Test
  void theSimulatorsOwnCertificateIsForTheLoopbackAndItsOwnAuthority() throws Exception {
    SSLContext trusting = trusting(MailgunSimulator.smtpAuthority());
    try (SmtpSession session = new SmtpSession(mailgun.smtpAddress())) {
      assertThat(session.startTls(trusting)).startsWith("220");
      session.say("EHLO localhost");
      assertThat(session.plain(ALICE, "hunter22")).startsWith("235");
    }
  }

  @Test
  void everyPasswordThatIsSetIsTold() throws IOException {
    List<String> told = new ArrayList<>();
    try (MailgunSimulator telling =
            MailgunSimulator.builder()
                .domain(DOMAIN)
                .passwordListener((address, password) -> told.add(address + " " + password))
                .start();
        Api there = new Api(telling.baseUri())) {
      telling.setLogin(ALICE, "first");
      String key = telling.createKey(NewKey.admin("admin")).exposeSecret();
      there.put(CREDENTIALS + "/" + ALICE, key, "password", "second");
    }
    assertThat(told).containsExactly(ALICE + " first", ALICE + " second");
  }

  private static SSLContext trusting(byte[] authority) throws Exception {
    KeyStore anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null, null);
    anchors.setCertificateEntry(
        "smtp",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(authority)));
    TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
    trusted.init(anchors);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trusted.getTrustManagers(), null);
    return context;
  }

  private String authenticate(String login, String password) throws IOException {
    try (SmtpSession session = new SmtpSession(mailgun.smtpAddress())) {
      return session.plain(login, password);
    }
  }

  private static SSLContext selfSigned(Path file) throws Exception {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process process =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-alias",
                "smtp",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-validity",
                "2",
                "-keystore",
                file.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit")
            .redirectErrorStream(true)
            .start();
    assertThat(process.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, "changeit".toCharArray());
    }
    KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
    own.init(keys, "changeit".toCharArray());
    TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
    KeyStore anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null, null);
    anchors.setCertificateEntry("smtp", keys.getCertificate("smtp"));
    trusted.init(anchors);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
    return context;
  }
}
