package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.IssuedKey;
import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.sidecar.cli.InProcessCli;
import dev.postern.store.conjur.fake.FakeConjur;
import dev.postern.store.conjur.fake.Fault;
import dev.postern.store.conjur.fake.Route;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job with its secrets in Conjur, as a host with the rights of the delivered policy. */
class ConjurRotationIT {
  private static final String DOMAIN = "mg.example.com";
  private static final String ROTATOR = "host/postern/rotator";
  private static final String SECRET = "mail/sending";
  private static final Pattern KEY = Pattern.compile("\"api_key\":\"([^\"]+)\"");

  @TempDir private Path directory;
  @TempDir private Path credentials;
  private final MailgunSimulator provider = MailgunSimulator.builder().domain(DOMAIN).start();
  private final FakeConjur conjur = FakeConjur.create();
  private Installation installation;

  @BeforeEach
  void install() {
    installation = Installation.create(directory, provider, DOMAIN);
    conjur.loadDelivered("sending");
    IssuedKey old = installation.oldKey();
    conjur.write(
        "mail/mailgun-admin",
        "{\"api_key\":\"%s\"}".formatted(installation.adminKey().exposeSecret()));
    conjur.write(
        SECRET,
        "{\"api_key\":\"%s\",\"api_key_id\":\"%s\"}".formatted(old.exposeSecret(), old.id()));
    installation.canary().watch("the host's api key", conjur.keyOf(ROTATOR));
    String store =
        """
        stores:
          prod:
            type: conjur
            url: %s
            account: %s
            auth: {method: api-key, login: %s, api-key-file: %s}
            ca: %s
            pending-suffix: /pending
            flag-suffix: /compromised
            timeout: 3s
        """
            .formatted(
                conjur.url(),
                FakeConjur.ACCOUNT,
                ROTATOR,
                conjur.writeKey(credentials, ROTATOR),
                conjur.writeCa(credentials));
    installation.writeConfig(
        text -> text.replace("stores:\n", store).replace("{store: embedded,", "{store: prod,"));
  }

  @AfterEach
  void close() {
    conjur.value(SECRET).ifPresent(text -> installation.canary().watch("the new key", key(text)));
    installation.close();
    provider.close();
    conjur.close();
  }

  @Test
  void compromisedKeyIsReplacedInConjurAndProvenDead() {
    Program agent = installation.agent();

    InProcessCli.Ended rotate = installation.rotate("--compromised", "--reason", "e2e");

    assertThat(rotate.exit()).as(rotate.err() + agent.err()).isZero();
    assertThat(rotate.out()).contains("proven dead");
    swapped();
    assertThat(installation.cli("list").out()).contains("primary");
  }

  @Test
  void flagThatAPersonWritesIntoConjurStartsARotation() {
    installation.agent();

    conjur.write(SECRET + "/compromised", "incident 4711\n");

    Eventually.isTrue(
        () -> installation.cli("rotations").out(),
        () -> installation.cli("rotations", "last", "--json").out().contains("\"state\":\"done"));
    assertThat(installation.cli("report", "last").out()).contains("incident 4711", "store flag");
    swapped();
  }

  /** Gone at the moment when it has taken the successor and not yet said so. */
  @Test
  void rotationGoesOnWhenConjurIsBack() {
    Program agent = installation.agent();
    conjur.beforeNext(Route.WRITE, () -> {});
    conjur.beforeNext(Route.WRITE, conjur::stop);

    Program rotate = installation.program("rotate", "sending-key", "--compromised", "--wait");
    Eventually.isTrue(
        () -> installation.cli("rotations").out() + agent.err(),
        () -> installation.cli("rotations", "last", "--json").out().contains("accepts no conn"));
    assertThat(Mailgun.answer(provider, DOMAIN, installation.oldKey().exposeSecret()))
        .isEqualTo(Mailgun.ALIVE);
    conjur.start();

    assertThat(rotate.exit()).as(rotate.out() + rotate.err() + agent.err()).isZero();
    swapped();
  }

  @Test
  void rotationGoesOnThroughThrottlingFailuresAndTokensThatEnd() {
    Program agent = installation.agent();
    // Before, there is nothing that a leak could be of.
    Eventually.isTrue(agent::err, () -> installation.serves());
    conjur.fail(Route.WRITE, Fault.ERROR_500, 1);
    conjur.fail(Route.WRITE, Fault.ERROR_500_AFTER, 1);
    conjur.beforeNext(Route.WRITE, conjur::expireTokens);
    conjur.fail(Route.DESCRIBE, Fault.THROTTLE, 2);

    InProcessCli.Ended rotate = installation.rotate("--compromised");

    assertThat(rotate.exit()).as(rotate.out() + rotate.err() + agent.err()).isZero();
    swapped();
  }

  /** The new key is Conjur's current value and lives, the old one is dead; nothing is left over. */
  private void swapped() {
    String fresh = key(conjur.value(SECRET).orElseThrow());
    assertThat(fresh).isNotEqualTo(installation.oldKey().exposeSecret());
    assertThat(Mailgun.answer(provider, DOMAIN, fresh)).isEqualTo(Mailgun.ALIVE);
    assertThat(Mailgun.answer(provider, DOMAIN, installation.oldKey().exposeSecret()))
        .isEqualTo(Mailgun.DEAD);
    assertThat(installation.liveKeysExcept()).hasSize(1);
    assertThat(conjur.newestVersion(SECRET)).isEqualTo(2);
    assertThat(conjur.value(SECRET + "/pending").orElseThrow()).doesNotContain("api_key");
    assertThat(conjur.value(SECRET + "/compromised")).contains("not compromised");
  }

  private static String key(String text) {
    Matcher found = KEY.matcher(text);
    assertThat(found.find()).isTrue();
    return found.group(1);
  }
}
