package dev.postern.mailgun.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StateFileTest {
  private static final String DOMAIN = "mg.example.com";
  private static final String MESSAGES = "/v3/" + DOMAIN + "/messages";

  private final TestClock clock = new TestClock();

  @TempDir private Path directory;

  @Test
  void anAccountIsTheSameAfterARestart() throws IOException {
    IssuedKey sending;
    IssuedKey deleted;
    AccountState before;
    try (MailgunSimulator first = start()) {
      first.createKey(NewKey.admin("rotator"));
      sending = first.createKey(NewKey.sending(DOMAIN, "tag").expiringAfter(Duration.ofHours(1)));
      deleted = first.createKey(NewKey.sending(DOMAIN, "old"));
      first.disableKey(first.keys().getFirst().id(), "abuse");
      first.deleteKey(deleted.id());
      first.setLogin("alice@" + DOMAIN, "hunter22");
      before = StateCodec.decode(first.exposeSnapshot());
    }
    try (MailgunSimulator second = start();
        Api api = new Api(second.baseUri())) {
      AccountState after = StateCodec.decode(second.exposeSnapshot());
      assertThat(after.keys()).isEqualTo(before.keys()).hasSize(2);
      assertThat(after.logins()).isEqualTo(before.logins()).hasSize(1);
      assertThat(after.domains()).isEqualTo(before.domains());
      assertThat(after.signingKey().expose()).isEqualTo(before.signingKey().expose());
      assertThat(api.post(MESSAGES, sending.exposeSecret()).status()).isEqualTo(400);
      assertThat(api.post(MESSAGES, deleted.exposeSecret()).status()).isEqualTo(401);
    }
  }

  @Test
  void aChangeIsOnDiskWhenItsAnswerComes() throws IOException {
    try (MailgunSimulator mailgun = start();
        Api api = new Api(mailgun.baseUri())) {
      String admin = mailgun.createKey(NewKey.admin("")).exposeSecret();
      api.post("/v2/ip_whitelist", admin, "address", "127.0.0.1", "description", "here");

      assertThat(StateCodec.decode(Files.readAllBytes(file())).allowed())
          .containsEntry("127.0.0.1", "here");
    }
  }

  @Test
  void theFileIsReadableByItsOwnerOnlyAndHoldsNoKey() throws IOException {
    // A file left by a killed process must not lend its mode.
    Files.writeString(file().resolveSibling("mailgun.json.new"), "left over");
    try (MailgunSimulator mailgun = start()) {
      IssuedKey key = mailgun.createKey(NewKey.admin(""));
      mailgun.setLogin("alice@" + DOMAIN, "hunter22");

      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
          .isEqualTo("rw-------");
      assertThat(Files.readString(file()))
          .contains(key.id())
          .doesNotContain(key.exposeSecret(), "hunter22");
    }
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(file());
    }
  }

  @Test
  void aChangeThatCannotBeWrittenDoesNotHappen() throws IOException {
    try (CaughtLog log = new CaughtLog();
        MailgunSimulator mailgun = start();
        Api api = new Api(mailgun.baseUri())) {
      String admin = mailgun.createKey(NewKey.admin("")).exposeSecret();
      Files.delete(file());
      Files.delete(directory);

      Api.Reply refused = api.post("/v1/keys", admin, "role", "admin");

      Files.createDirectory(directory);
      assertThat(refused.status()).isEqualTo(500);
      assertThat(refused.message()).isEqualTo("Internal Server Error");
      assertThat(mailgun.keys()).hasSize(1);
      assertThat(log.text()).contains("operation=create-key");
    }
  }

  @Test
  void aSnapshotIsKeptInTheStateFileAtOnce() throws IOException {
    byte[] snapshot;
    try (MailgunSimulator first = MailgunSimulator.builder().domain(DOMAIN).start()) {
      snapshot = first.exposeSnapshot();
    }
    MailgunSimulator.builder().snapshot(snapshot).stateFile(file()).start().close();

    assertThat(Files.readAllBytes(file())).isEqualTo(snapshot);
  }

  @Test
  void aSnapshotStartsAnotherSimulator() throws IOException {
    byte[] snapshot;
    IssuedKey key;
    try (MailgunSimulator first = MailgunSimulator.builder().domain(DOMAIN).start()) {
      key = first.createKey(NewKey.sending(DOMAIN, ""));
      snapshot = first.exposeSnapshot();
    }
    try (MailgunSimulator second = MailgunSimulator.builder().snapshot(snapshot).start();
        Api api = new Api(second.baseUri())) {
      assertThat(api.post(MESSAGES, key.exposeSecret()).status()).isEqualTo(400);
    }
  }

  @Test
  void aDamagedFileIsToldWithoutItsContents() throws IOException {
    String[] damaged = {
      "",
      "{",
      "[]",
      "{\"format\":2}",
      "{\"format\":1}",
      "{\"format\":1,\"domains\":[],\"keys\":[{\"id\":7}],\"logins\":[],\"allowed\":{}}",
      "{\"format\":1,\"domains\":[{\"name\":\"a\",\"created_at\":\"canary\"}]}",
    };
    for (String each : damaged) {
      Files.writeString(file(), each, StandardCharsets.UTF_8);

      assertThatThrownBy(this::start)
          .as(each)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("remove it to start anew")
          .hasMessageContaining(file().toString())
          .hasMessageNotContaining("canary")
          .hasNoCause();
      assertThat(Files.readString(file())).isEqualTo(each);
    }
  }

  private MailgunSimulator start() {
    return MailgunSimulator.builder().clock(clock).stateFile(file()).domain(DOMAIN).start();
  }

  private Path file() {
    return directory.resolve("mailgun.json");
  }
}
