package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.Fault;
import dev.postern.mailgun.simulator.IssuedKey;
import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.mailgun.simulator.NewKey;
import dev.postern.mailgun.simulator.Operation;
import dev.postern.sidecar.cli.InProcessCli;
import dev.postern.sidecar.server.RawClient;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job on a config of one's own, as its owner and its consumers see it. */
class MainJobIT {
  private static final String DOMAIN = "mg.example.com";
  private static final List<String> STEPS =
      List.of("issue", "stage", "test", "promote", "propagate", "revoke", "prove", "finish");

  @TempDir private Path directory;
  private final MailgunSimulator provider = MailgunSimulator.builder().domain(DOMAIN).start();
  private Installation installation;

  @BeforeEach
  void install() {
    installation = Installation.create(directory, provider, DOMAIN);
  }

  @AfterEach
  void close() {
    installation.close();
    provider.close();
  }

  @Test
  void compromisedKeyIsReplacedProvenDeadAndRecorded() {
    Program agent = installation.agent();
    Program watch = installation.program("watch", Installation.SECRET);
    watch.said("sending-key 2 primary");
    StoredKey old = installation.storedKey();

    Program rotate =
        installation.program("rotate", "sending-key", "--compromised", "--wait", "--reason", "e2e");

    assertThat(rotate.exit()).as(rotate.err() + agent.err()).isZero();
    assertThat(rotate.out())
        .contains("sending-key: done: old key " + old.id() + " proven dead, time to revoke ");
    watch.said("sending-key 3 primary");
    StoredKey fresh = installation.storedKey();
    assertThat(answer(old)).isEqualTo(Mailgun.DEAD);
    assertThat(answer(fresh)).isEqualTo(Mailgun.ALIVE);
    assertThat(installation.liveKeysExcept(installation.oldKey()))
        .singleElement()
        .satisfies(key -> assertThat(key.id()).isEqualTo(fresh.id()))
        .satisfies(
            key ->
                assertThat(key.description())
                    .startsWith("postern/" + installation.name() + "/sending-key/"));
    assertThat(provider.key(old.id())).isEmpty();
    assertThat(RawClient.get(installation.socket(), "/v1/secrets/sending-key"))
        .satisfies(got -> assertThat(got.header("etag")).isEqualTo("\"3\""))
        .satisfies(
            got -> assertThat(got.body()).contains("\"version\":\"3\"", fresh.exposeSecret()));
    assertThat(
            installation
                .management(agent)
                .metric("postern_time_to_revoke_seconds_count{secret=\"sending-key\"}"))
        .isEqualTo(1.0);
    assertThat(installation.flaggedInStore()).isFalse();
    assertThat(installation.pendingInStore()).isFalse();
    receiptNamesEveryStepAndItsTime(old, fresh);
  }

  private void receiptNamesEveryStepAndItsTime(StoredKey old, StoredKey fresh) {
    String markdown = installation.cli("report", "last").out();
    String html = installation.cli("report", "last", "--format", "html").out();
    String json = installation.cli("report", "last", "--format", "json").out();
    assertThat(markdown).contains("old key " + old.id() + " is proven dead", fresh.id(), "e2e");
    assertThat(html).contains(old.id(), fresh.id(), "e2e");
    assertThat(json).contains("\"state\":\"done\"", old.id(), fresh.id(), "e2e");
    for (String step : STEPS) {
      assertThat(markdown)
          .containsPattern("\\| \\+[0-9.]+ m?s \\| " + step + " \\| [0-9.]+ m?s \\|");
      assertThat(html).contains(step);
      assertThat(json)
          .containsPattern(
              "\"step\":\""
                  + step
                  + "\",\"started_at\":\"20[^\"]+Z\",\"finished_at\":\"20[^\"]+Z\"");
    }
    Pattern proof =
        Pattern.compile("\"at\":\"20[^\"]+Z\",\"old\":\"refused\",\"successor\":\"accepted\"");
    assertThat(proof.matcher(json).results().count()).isGreaterThanOrEqualTo(3);
  }

  @Test
  void curlShowsTheNewVersionOverTheSocket() {
    Program.assumeInstalled("curl");
    installation.agent();
    assertThat(installation.rotate("--compromised").exit()).isZero();

    Program curl =
        installation.system(
            "curl",
            "-s",
            "--unix-socket",
            installation.socket().toString(),
            "http://postern/v1/secrets");

    assertThat(curl.exit()).isZero();
    assertThat(curl.out()).contains("\"name\":\"sending-key\"", "\"version\":\"3\"");
  }

  @Test
  void consumerThatAcknowledgesHasNoFailedSend() {
    installation.writeConfig(text -> text.replace("}]}", "}], ack: explicit}"));
    installation.agent();
    try (FollowingConsumer consumer = FollowingConsumer.start(installation)) {
      Eventually.isTrue(() -> "sends", () -> consumer.answers().size() > 3);

      assertThat(installation.rotate("--compromised").exit()).isZero();

      int before = consumer.answers().size();
      Eventually.isTrue(() -> "further sends", () -> consumer.answers().size() > before + 3);
      assertThat(consumer.versions()).startsWith("\"2\"").endsWith("\"3\"");
      assertThat(consumer.answers()).containsOnly(Mailgun.ALIVE);
    }
    assertThat(installation.cli("report", "last").out()).contains("has the new version: uid");
  }

  @Test
  void consumerThatDoesNotFollowIsCutAtTheDeadlineAndNamed() {
    installation.agent();
    RawClient.get(installation.socket(), "/v1/secrets/sending-key");

    InProcessCli.Ended rotate = installation.rotate("--compromised", "--deadline", "3s");

    assertThat(rotate.exit()).as(rotate.err()).isZero();
    assertThat(answer(installation.oldKey())).isEqualTo(Mailgun.DEAD);
    assertThat(installation.cli("report", "last").out())
        .contains("**was cut off**: ", "pid " + ProcessHandle.current().pid());
  }

  @Test
  void revokeFirstKillsTheOldKeyBeforeItMakesTheNewOne() {
    installation.agent();

    assertThat(installation.rotate("--compromised", "--order", "revoke-first").exit()).isZero();

    String json = installation.cli("report", "last", "--format", "json").out();
    assertThat(json).contains("\"state\":\"done\"", "\"order\":\"revoke-first\"");
    assertThat(json.indexOf("\"step\":\"revoke\""))
        .isPositive()
        .isLessThan(json.indexOf("\"step\":\"issue\""));
    swapped();
  }

  @Test
  void everySecretOfOneStoreIsRotatedByItsName() {
    installation.agent();

    InProcessCli.Ended rotate =
        installation.cli(
            "rotate",
            "--all",
            "--store",
            "embedded",
            "--issuer",
            "mailgun",
            "--compromised",
            "--wait");

    assertThat(rotate.exit()).as(rotate.err()).isZero();
    swapped();
    assertThat(installation.cli("rotate", "--all", "--store", "other").exit()).isEqualTo(3);
  }

  @Test
  void dryRunChangesNothing() {
    installation.agent();
    byte[] store = Installation.bytes(installation.storeFile());
    byte[] journal = Installation.bytes(installation.journal());
    byte[] account = provider.exposeSnapshot();

    InProcessCli.Ended preview = installation.cli("rotate", "sending-key", "--dry-run");

    assertThat(preview.exit()).as(preview.err()).isZero();
    assertThat(preview.out()).contains("nothing was changed", installation.oldKey().id());
    assertThat(installation.cli("rotations").out()).doesNotContain("sending-key");
    assertThat(Installation.bytes(installation.storeFile())).isEqualTo(store);
    assertThat(Installation.bytes(installation.journal())).isEqualTo(journal);
    assertThat(provider.exposeSnapshot()).isEqualTo(account);
  }

  @Test
  void keyWithoutAnIdIsFoundWhenItIsTheOnlyOneAlive() {
    putWithoutId();
    installation.agent();

    assertThat(installation.rotate("--compromised").exit()).isZero();

    swapped();
  }

  @Test
  void keyWithoutAnIdAmongSeveralIsLeftToAPersonWithTheCandidates() {
    putWithoutId();
    IssuedKey other = provider.createKey(NewKey.sending(DOMAIN, "of another program"));
    installation.agent();

    InProcessCli.Ended rotate = installation.rotate("--compromised");

    assertThat(rotate.exit()).as(rotate.out()).isEqualTo(5);
    assertThat(rotate.out())
        .contains("sending-key: needs a person: cannot tell which live credential")
        .contains("candidates: ", installation.oldKey().id(), other.id() + " (of another program)");
    assertThat(answer(installation.oldKey())).isEqualTo(Mailgun.ALIVE);
    assertThat(Mailgun.answer(provider, DOMAIN, other.exposeSecret())).isEqualTo(Mailgun.ALIVE);
    assertThat(answer(installation.storedKey())).isEqualTo(Mailgun.ALIVE);
  }

  @Test
  void rotationThatNobodyIsInAHurryForWaitsTheGrace() {
    installation.agent();

    InProcessCli.Ended rotate = installation.rotate();

    assertThat(rotate.exit()).as(rotate.err()).isZero();
    String json = installation.cli("report", "last", "--format", "json").out();
    assertThat(json).contains("\"cause\":\"requested\"", "\"state\":\"done\"");
    assertThat(stepSeconds(json, "propagate")).isGreaterThanOrEqualTo(0.9);
    swapped();
  }

  @Test
  void flagInTheStoreStartsARotationWithoutAnybodyAsking() {
    installation.agent();

    installation.flagInStore("incident 4711");

    Eventually.isTrue(
        () -> installation.cli("rotations").out(),
        () -> installation.cli("rotations", "last", "--json").out().contains("\"state\":\"done"));
    assertThat(installation.cli("report", "last").out()).contains("incident 4711", "store flag");
    assertThat(installation.flaggedInStore()).isFalse();
    swapped();
  }

  @Test
  void deadIsSaidOnlyWhenTheProviderHasStoppedToAcceptTheKey() {
    provider.inject(Operation.DELETE_KEY, Fault.RevocationLag.ofUses(3));
    installation.agent();

    assertThat(installation.rotate("--compromised").exit()).isZero();

    assertThat(installation.cli("report", "last").out()).contains("still accepts the old");
    swapped();
  }

  @Test
  void keyWhoseAnswerWasLostIsNotLeftAlive() {
    provider.inject(Operation.CREATE_KEY, new Fault.AnswerLost(), 2);
    installation.agent();

    assertThat(installation.rotate("--compromised").exit()).isZero();

    swapped();
  }

  @Test
  void keyLimitCallsAPersonAndKeepsTheOldKey() {
    provider.inject(Operation.CREATE_KEY, new Fault.KeyLimit(2), MailgunSimulator.ALWAYS);
    installation.agent();

    InProcessCli.Ended rotate = installation.rotate("--compromised", "--deadline", "2s");

    assertThat(rotate.exit()).as(rotate.out()).isEqualTo(5);
    assertThat(rotate.out())
        .contains("as many of them as it may", "STILL ALIVE: revoke it at the provider");
    nothingChangedButTheFlag();
  }

  @Test
  void keyOfAWrongRegionIsToldAndChangesNothing() {
    try (MailgunSimulator elsewhere = MailgunSimulator.builder().domain(DOMAIN).start()) {
      installation.writeConfig(
          text -> text.replace(provider.baseUri().toString(), elsewhere.baseUri().toString()));
      installation.agent();

      InProcessCli.Ended rotate = installation.rotate("--compromised", "--deadline", "2s");

      assertThat(rotate.exit()).as(rotate.out()).isEqualTo(5);
      assertThat(rotate.out()).contains("401", "wrong region");
      assertThat(elsewhere.keys()).isEmpty();
      nothingChangedButTheFlag();
    }
  }

  @Test
  void providerThatAnswersHtmlIsToldAndChangesNothing() {
    Fault html = new Fault.Status(200, "<html><body>canary-of-the-proxy</body></html>");
    provider.inject(Operation.CREATE_KEY, html, MailgunSimulator.ALWAYS);
    installation.canary().watch("the proxy's page", "canary-of-the-proxy");
    Program agent = installation.agent();

    InProcessCli.Ended rotate = installation.rotate("--compromised", "--deadline", "2s");

    assertThat(rotate.exit()).as(rotate.out() + agent.err()).isEqualTo(5);
    assertThat(rotate.out()).contains("the answer is not one of mailgun's", "no proxy answers");
    nothingChangedButTheFlag();
  }

  private void nothingChangedButTheFlag() {
    assertThat(installation.storedKey().version()).isEqualTo("2");
    assertThat(installation.pendingInStore()).isFalse();
    assertThat(answer(installation.oldKey())).isEqualTo(Mailgun.ALIVE);
    assertThat(installation.liveKeysExcept(installation.oldKey())).isEmpty();
    assertThat(installation.cli("list").out()).contains("primary");
  }

  /** The old key is dead, the new one works, is in the store, and is the only one. */
  private void swapped() {
    StoredKey fresh = installation.storedKey();
    assertThat(answer(installation.oldKey())).isEqualTo(Mailgun.DEAD);
    assertThat(answer(fresh)).isEqualTo(Mailgun.ALIVE);
    assertThat(installation.liveKeysExcept())
        .singleElement()
        .satisfies(key -> assertThat(key.id()).isEqualTo(fresh.id()));
  }

  /** Putting the key anew drops its id, as it does for anybody who never knew one. */
  private void putWithoutId() {
    installation.local(
        installation.oldKey().exposeSecret(), "put", "mail/sending", "--field", "api_key");
    assertThat(installation.storedKey().id()).isEmpty();
  }

  private int answer(StoredKey key) {
    return Mailgun.answer(provider, DOMAIN, key.exposeSecret());
  }

  private int answer(IssuedKey key) {
    return Mailgun.answer(provider, DOMAIN, key.exposeSecret());
  }

  private static double stepSeconds(String json, String step) {
    return Pattern.compile("\"step\":\"" + step + "\"[^}]*?\"seconds\":([0-9.]+)")
        .matcher(json)
        .results()
        .mapToDouble(found -> Double.parseDouble(found.group(1)))
        .findFirst()
        .orElse(Double.NaN);
  }
}
