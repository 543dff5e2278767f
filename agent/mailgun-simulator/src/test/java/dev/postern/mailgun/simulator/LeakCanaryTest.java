package dev.postern.mailgun.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No secret in what the simulator logs or prints, whatever happens to it. */
final class LeakCanaryTest {
  private static final String DOMAIN = "mg.example.com";
  private static final String PASSWORD = "canary-of-smtp";

  private final CaughtLog log = new CaughtLog();

  @TempDir private Path directory;

  @AfterEach
  void letTheLogGo() {
    log.close();
  }

  @Test
  void nothingThatIsLoggedOrPrintedHoldsASecret() throws IOException {
    StringBuilder printed = new StringBuilder();
    List<String> secrets;
    Path file = directory.resolve("mailgun.json");
    try (MailgunSimulator mailgun =
            MailgunSimulator.builder().domain(DOMAIN).stateFile(file).start();
        Api api = new Api(mailgun.baseUri())) {
      IssuedKey admin = mailgun.createKey(NewKey.admin("admin"));
      IssuedKey sending = mailgun.createKey(NewKey.sending(DOMAIN, "sending"));
      mailgun.setLogin("alice@" + DOMAIN, PASSWORD);
      String signingKey = StateCodec.decode(mailgun.exposeSnapshot()).signingKey().expose();
      secrets =
          List.of(
              admin.exposeSecret(),
              sending.exposeSecret(),
              PASSWORD,
              signingKey,
              Api.basic("api:" + admin.exposeSecret()));
      talk(mailgun, api, admin.exposeSecret(), sending.exposeSecret());
      breakTheDisk(file, api, admin.exposeSecret());
      printed
          .append(mailgun)
          .append(admin)
          .append(sending)
          .append(mailgun.keys())
          .append(mailgun.logins())
          .append(mailgun.acceptedMessages())
          .append(StateCodec.decode(mailgun.exposeSnapshot()))
          .append(Form.ofUrlEncoded("password=" + PASSWORD))
          .append(Answer.raw(200, signingKey));
    } catch (Refusal refusal) {
      throw new IllegalStateException(refusal);
    }

    // The failing disk is in the log, so the log was caught.
    assertThat(log.text())
        .contains("cannot write the simulator's state file")
        .doesNotContain(secrets);
    assertThat(printed).contains("alice@" + DOMAIN).doesNotContain(secrets);
  }

  private static void talk(MailgunSimulator mailgun, Api api, String admin, String sending)
      throws IOException {
    api.get("/v1/keys", admin);
    api.post("/v3/" + DOMAIN + "/messages", sending);
    api.post("/v3/domains/" + DOMAIN + "/credentials", admin, "login", "b", "password", PASSWORD);
    api.send("POST", "/v1/keys", admin, Api.MULTIPART, PASSWORD);
    api.send("POST", "/v1/analytics/logs", admin, "application/json", "{" + PASSWORD);
    api.get("/v1/keys/" + PASSWORD, admin);
    mailgun.inject(Operation.SMTP_AUTH, new Fault.AnswerLost());
    for (int i = 0; i < 2; i++) {
      try (SmtpSession session = new SmtpSession(mailgun.smtpAddress())) {
        session.plain("alice@" + DOMAIN, PASSWORD);
      }
      try (SmtpSession session = new SmtpSession(mailgun.smtpAddress())) {
        session.login("alice@" + DOMAIN, PASSWORD);
      }
    }
  }

  private void breakTheDisk(Path file, Api api, String admin) throws IOException {
    Files.delete(file);
    Files.delete(directory);
    assertThat(
            api.post(
                    "/v3/domains/" + DOMAIN + "/credentials",
                    admin,
                    "login",
                    "c",
                    "password",
                    PASSWORD)
                .status())
        .isEqualTo(500);
    Files.createDirectory(directory);
  }
}
