package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.sidecar.cli.InProcessCli;
import dev.postern.sidecar.server.RawClient;
import dev.postern.store.vault.FakeVault;
import dev.postern.store.vault.FakeVault.Fault;
import dev.postern.store.vault.FakeVault.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The sending key in Vault, which the agent may touch only as far as the rotator's policy in {@code
 * deploy/policies} goes, with tokens so short that they are renewed all the time.
 */
class VaultRotationIT {
  private static final String PATH = "mail/sending";
  private static final String PROMOTION = "POST /v1/secret/data/" + PATH;
  private static final Path POLICY = Path.of("../deploy/policies/vault-rotator.hcl");

  @TempDir private Path directory;
  private MailgunSimulator provider;
  private FakeVault vault;
  private Installation installation;

  @BeforeEach
  void install() {
    provider = MailgunSimulator.builder().start();
    vault = FakeVault.start();
    installation = Installation.create(directory, provider, "vault.example.com");
    vault.admit("postern", "the-secret-id", POLICY, Duration.ofSeconds(2));
    Installation.write(directory.resolve("secret-id"), "the-secret-id\n");
    vault.put(
        PATH,
        Map.of(
            "api_key", installation.oldKey().exposeSecret(),
            "api_key_id", installation.oldKey().id()));
    installation.writeConfig(
        text ->
            text.replace("stores:\n", "stores:\n" + store())
                .replace(
                    "{store: embedded, path: mail/sending}", "{store: prod, path: " + PATH + "}"));
  }

  @AfterEach
  void close() {
    installation.close();
    vault.close();
    provider.close();
  }

  @Test
  void sendingKeyInVaultIsReplacedAndTheOldOneDies() {
    installation.agent();

    InProcessCli.Ended rotate = installation.rotate("--compromised", "--reason", "e2e");

    replaced(rotate);
  }

  static Stream<Named<Consumer<VaultRotationIT>>> outages() {
    return Stream.of(
        Named.of("sealed", it -> it.vault.becomes(State.SEALED)),
        Named.of("throttled", it -> it.vault.breaks(Fault.RATE_LIMIT, _ -> true)),
        Named.of("silent", it -> it.vault.breaks(Fault.STALL, _ -> true)),
        Named.of("failing", it -> it.vault.breaks(Fault.INTERNAL_ERROR, _ -> true)));
  }

  @ParameterizedTest
  @MethodSource("outages")
  void vaultThatFailsInTheMiddleOfARotationDelaysItOnly(Consumer<VaultRotationIT> outage)
      throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    installation.agent();
    vault.breaks(
        Fault.INTERNAL_ERROR,
        request -> {
          if (request.equals(PROMOTION)) {
            outage.accept(this);
            reached.countDown();
            return true;
          }
          return false;
        });

    CompletableFuture<InProcessCli.Ended> rotate =
        CompletableFuture.supplyAsync(() -> installation.rotate("--compromised"));
    Eventually.isTrue(
        () -> "the promotion; " + (rotate.isDone() ? rotate.join().err() : "rotating"),
        () -> reached.getCount() == 0);
    int before = vault.requests().size();
    Eventually.isTrue(() -> "further tries", () -> vault.requests().size() > before);
    assertThat(rotate).as("not done without vault").isNotDone();
    vault.heals();
    vault.becomes(State.ACTIVE);

    replaced(rotate.get(120, TimeUnit.SECONDS));
  }

  @Test
  void promotionWhoseAnswerIsLostIsNotMadeTwice() {
    CountDownLatch lost = new CountDownLatch(1);
    installation.agent();
    vault.breaks(
        Fault.ANSWER_LOST,
        request -> {
          if (request.equals(PROMOTION) && lost.getCount() > 0) {
            lost.countDown();
            return true;
          }
          return false;
        });

    InProcessCli.Ended rotate = installation.rotate("--compromised");

    assertThat(lost.getCount()).as("an answer was lost").isZero();
    replaced(rotate);
    assertThat(vault.requests().stream().filter(PROMOTION::equals)).hasSize(1);
  }

  private void replaced(InProcessCli.Ended rotate) {
    assertThat(rotate.exit()).as(rotate.out() + rotate.err()).isZero();
    assertThat(rotate.out()).contains("done");
    String key = vault.value(PATH, "api_key").orElseThrow();
    installation.canary().watch("the new key", key);
    assertThat(key).isNotEqualTo(installation.oldKey().exposeSecret());
    assertThat(provider.key(installation.oldKey().id())).as("the old key").isEmpty();
    assertThat(installation.liveKeysExcept(installation.adminKey()))
        .singleElement()
        .satisfies(live -> assertThat(vault.value(PATH, "api_key_id")).contains(live.id()));
    assertThat(RawClient.get(installation.socket(), "/v1/secrets/sending-key").body())
        .contains("\"version\":\"2\"", key);
    assertThat(vault.value(PATH + "/pending", "api_key")).as("pending").isEmpty();
    assertThat(vault.annotation(PATH, "postern_compromised")).as("flag").isEmpty();
    assertThat(installation.cli("report", "last", "--format", "json").out())
        .contains("\"state\":\"done\"");
  }

  private String store() {
    return """
      prod:
        type: vault
        address: %s
        timeout: 1s
        auth: {method: approle, role-id: postern, secret-id-file: secret-id}
    """
        .formatted(vault.uri());
  }
}
