package dev.postern.sidecar.config;

import static dev.postern.sidecar.config.ConfigFixtures.changed;
import static dev.postern.sidecar.config.ConfigFixtures.config;
import static dev.postern.sidecar.config.ConfigFixtures.full;
import static dev.postern.sidecar.config.ConfigFixtures.minimal;
import static dev.postern.sidecar.config.ConfigFixtures.warnings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.consumer.AckMode;
import dev.postern.rotation.Order;
import dev.postern.rotation.WithoutSuccessor;
import dev.postern.sidecar.config.ConsumersConfig.Peer;
import dev.postern.sidecar.config.IssuerConfig.AdminKey;
import dev.postern.sidecar.config.IssuerConfig.Mailgun;
import dev.postern.sidecar.config.IssuerConfig.Smtp;
import dev.postern.sidecar.config.SecretConfig.Source;
import dev.postern.store.SecretPath;
import java.net.URI;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class ConfigLoaderTest {
  private static final SecretName SENDING_KEY = new SecretName("sending-key");
  private static final SecretName SMTP_LOGIN = new SecretName("smtp-login");

  @Test
  void fullExampleWarnsOfNothing() {
    assertThat(warnings(full())).isEmpty();
  }

  @Test
  void storesAreReadAndRelativePathsAreTakenFromTheFolderOfTheFile() {
    assertThat(config(full()).stores())
        .isEqualTo(
            Map.of(
                "vaulted",
                new StoreConfig.Local(
                    Path.of("/etc/postern/store.age"), Path.of("/etc/postern/identity.txt")),
                "environment",
                new StoreConfig.Env()));
  }

  @Test
  void issuersAreReadAndARegionBringsItsAddresses() {
    assertThat(config(full()).issuers())
        .isEqualTo(
            Map.of(
                "mailgun",
                new Mailgun(
                    Optional.of("eu"),
                    URI.create("https://api.eu.mailgun.net"),
                    Optional.of(new Smtp("smtp.eu.mailgun.org", 587, Optional.empty())),
                    new AdminKey("vaulted", new SecretPath("mail/mailgun-admin"), "api_key"),
                    Duration.ofSeconds(10),
                    Optional.of(Duration.ofDays(90))),
                "stand-in",
                new Mailgun(
                    Optional.empty(),
                    URI.create("http://127.0.0.1:8025"),
                    Optional.of(
                        new Smtp(
                            "127.0.0.1", 2525, Optional.of(Path.of("/etc/postern/smtp-ca.pem")))),
                    new AdminKey("vaulted", new SecretPath("test/mailgun-admin"), "api_key"),
                    Duration.ofSeconds(10),
                    Optional.empty())));
  }

  @Test
  void theWatchAfterALeakIsReadAndCanBeSwitchedOff() {
    assertThat(watch("grace: 10m, watch: 2d")).isEqualTo(Duration.ofDays(2));
    assertThat(watch("grace: 10m, watch: 0s")).isZero();
  }

  private static Duration watch(String changed) {
    return Objects.requireNonNull(
            config(full().replace("grace: 10m", changed)).secrets().get(SENDING_KEY))
        .rotation()
        .watch();
  }

  @Test
  void aSecretIsReadWithAllItsKeys() {
    assertThat(config(full()).secrets().get(SENDING_KEY))
        .isEqualTo(
            new SecretConfig(
                SENDING_KEY,
                SecretKind.MAILGUN_SENDING_KEY,
                new Source("vaulted", new SecretPath("mail/sending"), Optional.empty()),
                Optional.of("mailgun"),
                Optional.of("mg.example.com"),
                Duration.ofSeconds(60),
                Duration.ofHours(1),
                new RotationConfig(
                    Optional.of(Duration.ofDays(30)),
                    Optional.empty(),
                    Duration.ofSeconds(60),
                    Duration.ofMinutes(10),
                    Order.OVERLAP,
                    WithoutSuccessor.KEEP,
                    Duration.ofHours(1),
                    List.of()),
                new ConsumersConfig(
                    List.of(
                        new Peer(OptionalInt.of(1000), OptionalInt.empty(), Optional.empty()),
                        new Peer(OptionalInt.empty(), OptionalInt.of(8), Optional.empty()),
                        new Peer(OptionalInt.of(1001), OptionalInt.of(8), Optional.empty()),
                        new Peer(OptionalInt.empty(), OptionalInt.empty(), Optional.of("daemon"))),
                    AckMode.FETCH),
                List.of()));
  }

  @Test
  void wordsWithDashesAreRead() {
    SecretConfig login = Objects.requireNonNull(config(full()).secrets().get(SMTP_LOGIN));

    assertThat(login.rotation().order()).isEqualTo(Order.REVOKE_FIRST);
    assertThat(login.rotation().withoutSuccessor()).isEqualTo(WithoutSuccessor.REVOKE);
    assertThat(login.consumers().ack()).isEqualTo(AckMode.EXPLICIT);
  }

  @Test
  void loginsThatTakeTurnsAndAWindowAreRead() {
    RotationConfig rotation =
        Objects.requireNonNull(config(full()).secrets().get(SMTP_LOGIN)).rotation();

    assertThat(rotation.logins())
        .containsExactly("app-a@test.example.com", "app-b@test.example.com");
    assertThat(rotation.window())
        .contains(new WindowConfig("0 2 * * 1-5", Duration.ofHours(3), ZoneId.of("Europe/Berlin")));
  }

  @Test
  void socketsAndTheRestAreRead() {
    PosternConfig config = config(full());

    assertThat(config.installation()).isEqualTo("prod-eu");
    assertThat(config.socket())
        .isEqualTo(
            new SocketConfig(
                Path.of("/run/postern/postern.sock"),
                0660,
                Optional.of("mail"),
                1024,
                256,
                OptionalInt.of(10_000)));
    assertThat(config.adminSocket())
        .isEqualTo(
            new AdminSocketConfig(
                Path.of("/run/postern/postern-admin.sock"),
                0600,
                Optional.empty(),
                Optional.of(
                    List.of(new Peer(OptionalInt.of(0), OptionalInt.empty(), Optional.empty())))));
    assertThat(config.management()).isEqualTo(new ManagementConfig("127.0.0.1", 9180));
    assertThat(config.journal()).isEqualTo(new JournalConfig(Path.of("/var/lib/postern")));
    assertThat(config.rotations()).isEqualTo(new RotationsConfig(8));
    assertThat(config.memoryLock()).isEqualTo(MemoryLock.PREFERRED);
  }

  @Test
  void whatTheMinimalExampleLeavesOutHasItsDefault() {
    PosternConfig config = config(minimal());
    SecretConfig secret = Objects.requireNonNull(config.secrets().get(SENDING_KEY));

    assertThat(secret.refresh()).isEqualTo(Duration.ofSeconds(60));
    assertThat(secret.maxStale()).isEqualTo(Duration.ofHours(1));
    assertThat(secret.rotation()).isEqualTo(RotationConfig.DEFAULT);
    assertThat(config.socket().path()).isEqualTo(Path.of("/run/postern/postern.sock"));
    assertThat(config.socket().mode()).isEqualTo(0660);
    assertThat(config.socket().maxConnections()).isEqualTo(1024);
    assertThat(config.socket().maxConnectionsPerPeer()).isEqualTo(256);
    assertThat(config.socket().requestsPerSecond()).isEmpty();
    assertThat(config.adminSocket().path()).isEqualTo(Path.of("/run/postern/postern-admin.sock"));
    assertThat(config.management()).isEqualTo(new ManagementConfig("127.0.0.1", 9180));
    assertThat(config.journal().dir()).isEqualTo(Path.of("/var/lib/postern"));
    assertThat(config.rotations()).isEqualTo(new RotationsConfig(8));
    assertThat(config.memoryLock()).isEqualTo(MemoryLock.PREFERRED);
  }

  @Test
  void theAdminSocketMovesWithTheSocket() {
    assertThat(config(minimal() + "socket: {path: run/a.sock}\n").adminSocket().path())
        .isEqualTo(Path.of("/etc/postern/run/postern-admin.sock"));
  }

  @Test
  void fewerConnectionsThanTheDefaultPerPeerLowerThatDefault() {
    assertThat(
            config(minimal() + "socket: {max-connections: 16}\n").socket().maxConnectionsPerPeer())
        .isEqualTo(16);
  }

  @Test
  void adminSocketIsForItsOwnUserUnlessTheConfigOpensIt() {
    AdminSocketConfig closed = config(minimal()).adminSocket();
    AdminSocketConfig open =
        config(
                minimal()
                    + "admin-socket: {mode: \"0660\", group: ops, allow: [{uid: 7, group: mail}]}\n")
            .adminSocket();

    assertThat(closed.permissions()).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(closed.group()).isEmpty();
    assertThat(closed.allow()).isEmpty();
    assertThat(open.permissions()).isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
    assertThat(open.group()).contains("ops");
    assertThat(open.allow())
        .contains(List.of(new Peer(OptionalInt.of(7), OptionalInt.empty(), Optional.of("mail"))));
  }

  @Test
  void theSocketModeBecomesPermissions() {
    assertThat(config(minimal() + "socket: {mode: \"0640\"}\n").socket().permissions())
        .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
  }

  @Test
  void attributesNameWhatIsNeededToSend() {
    PosternConfig config = config(full());

    assertThat(config.attributes(SENDING_KEY))
        .isEqualTo(
            Map.of(
                "domain", "mg.example.com",
                "region", "eu",
                "api_base", "https://api.eu.mailgun.net",
                "smtp_host", "smtp.eu.mailgun.org",
                "smtp_port", "587"));
    assertThat(config.attributes(SMTP_LOGIN))
        .isEqualTo(
            Map.of(
                "domain", "test.example.com",
                "api_base", "http://127.0.0.1:8025",
                "smtp_host", "127.0.0.1",
                "smtp_port", "2525"));
    assertThat(config.attributes(new SecretName("banner"))).isEmpty();
  }

  @Test
  void everyUnitOfDurationsIsRead() {
    Map<String, Duration> expected =
        Map.of(
            "1500ms", Duration.ofMillis(1500),
            "10s", Duration.ofSeconds(10),
            "5m", Duration.ofMinutes(5),
            "2h", Duration.ofHours(2),
            "30d", Duration.ofDays(30));
    expected.forEach(
        (text, duration) ->
            assertThat(grace(changed(full(), "grace: 10m", "grace: " + text))).isEqualTo(duration));
  }

  @Test
  void aByteOrderMarkIsSkipped() {
    assertThat(config("\uFEFF" + minimal())).isEqualTo(config(minimal()));
  }

  @Test
  void managementMayListenOnIpv6AndOnAnyFreePort() {
    assertThat(config(minimal() + "management: {address: '[::1]:0'}\n").management())
        .isEqualTo(new ManagementConfig("::1", 0));
  }

  @Test
  void managementOnTheNetworkIsAWarning() {
    assertThat(warnings(minimal() + "management: {address: 0.0.0.0:9180}\n"))
        .containsExactly(
            "9:23: warning: management.address: not a loopback address: anyone on the network may"
                + " read the metrics");
  }

  @Test
  void aSecretThatNobodyMayReadIsAWarning() {
    String message = "nobody may read this secret; add consumers: {allow: [{uid: NUMBER}]}";

    assertThat(warnings(changed(minimal(), "    consumers: {allow: [{uid: 1000}]}\n", "")))
        .containsExactly("5:3: warning: secrets.sending-key: " + message);
    assertThat(warnings(changed(minimal(), "[{uid: 1000}]", "[]")))
        .containsExactly("8:16: warning: secrets.sending-key.consumers: " + message);
  }

  @Test
  void aSecretThatCouldBeRotatedAndIsNotIsAWarning() {
    assertThat(
            warnings(
                changed(full(), "    issuer: stand-in\n", "")
                    .replaceAll("(?s)    rotation:\n.*?without-successor: revoke\n", "")))
        .containsExactly(
            "33:3: warning: secrets.smtp-login: without 'issuer' this secret is served and never"
                + " rotated");
  }

  @Test
  void aKeyThatDiesWithoutASuccessorIsAWarning() {
    assertThat(warnings(changed(full(), "max-age: 30d, ", "")))
        .containsExactly(
            "22:3: warning: secrets.sending-key: the issuer's 'key-expiration' ends this key, and"
                + " without 'max-age' no successor is made");
  }

  private static Duration grace(String yaml) {
    return Objects.requireNonNull(config(yaml).secrets().get(SENDING_KEY)).rotation().grace();
  }
}
