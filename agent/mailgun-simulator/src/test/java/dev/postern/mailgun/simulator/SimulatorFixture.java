package dev.postern.mailgun.simulator;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;

/** A fresh account with one domain, an admin key and a sending key for each test. */
abstract sealed class SimulatorFixture
    permits AccountTest,
        AllowlistTest,
        CredentialsTest,
        FaultsTest,
        KeysTest,
        LogsTest,
        MessagesTest,
        OpenApiContractTest,
        RolesTest,
        SmtpTest {
  static final String DOMAIN = "mg.example.com";
  static final String MESSAGES = "/v3/" + DOMAIN + "/messages";
  static final String CREDENTIALS = "/v3/domains/" + DOMAIN + "/credentials";

  final TestClock clock = new TestClock();
  final MailgunSimulator mailgun =
      MailgunSimulator.builder().clock(clock).domain(DOMAIN).domain("other.example").start();
  final IssuedKey adminKey = mailgun.createKey(NewKey.admin("the rotator"));
  final IssuedKey sendingKey = mailgun.createKey(NewKey.sending(DOMAIN, "the sender"));
  final String admin = adminKey.exposeSecret();
  final String sending = sendingKey.exposeSecret();
  final Api api = new Api(mailgun.baseUri());

  @AfterEach
  void stop() {
    mailgun.close();
    api.close();
  }

  /** The zero-cost probe of a sending key: 400 alive, 401 dead. */
  int probe(String secret) throws IOException {
    return api.post(MESSAGES, secret).status();
  }
}
