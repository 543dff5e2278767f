package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.IssuedKey;
import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.mailgun.simulator.NewKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that a lost journal or a crash left at the provider, and an agent that starts. */
class OrphansIT {
  private static final int KILLED = 137;
  private static final String DELETED = "postern_orphan_keys_deleted_total{issuer=\"mailgun\"}";
  private static final String FOUND = "postern_orphan_keys{issuer=\"mailgun\"}";

  @TempDir private Path directory;

  /** How far the provider's clock is behind: what is made then is old. */
  private final AtomicReference<Duration> behind = new AtomicReference<>(Duration.ofHours(1));

  private final MailgunSimulator provider =
      MailgunSimulator.builder().clock(() -> Instant.now().minus(behind.get())).start();
  private Installation installation;
  private IssuedKey orphan;
  private List<IssuedKey> others;

  @BeforeEach
  void leaveKeys() {
    installation = Installation.create(directory, provider, "orphans.example.com");
    orphan = key("postern/" + installation.name() + "/sending-key/" + id(1));
    others =
        List.of(
            key("made by hand"),
            key("postern/another/sending-key/" + id(2)),
            key("postern/" + installation.name() + "/removed-secret/" + id(3)));
    behind.set(Duration.ZERO);
  }

  @AfterEach
  void close() {
    installation.close();
    provider.close();
  }

  @Test
  void orphanIsDeletedAtTheStartAndCountedAndNothingElseIs() {
    Program agent = installation.agent();
    Management management = installation.management(agent);
    Eventually.isTrue(
        () -> "a deletion in " + management.metrics(), () -> management.metric(DELETED) == 1);
    Eventually.isTrue(
        () -> "the orphans found in " + management.metrics(), () -> management.metric(FOUND) == 2);

    assertOnlyTheOrphanIsGone();
    agent.said("put the secret back");
    IssuedKey young = key("postern/" + installation.name() + "/sending-key/" + id(4));
    assertThat(installation.rotate("--compromised").exit()).isZero();
    assertThat(provider.key(young.id())).isPresent();
    assertThat(management.metric(DELETED)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ISSUER_LIST_ORPHANS:BEFORE",
        "ISSUER_LIST_ORPHANS:AFTER",
        "STORE_READ_CLAIMS:BEFORE",
        "STORE_READ_CLAIMS:AFTER",
        "ISSUER_REVOKE_ORPHAN:BEFORE",
        "ISSUER_REVOKE_ORPHAN:AFTER"
      })
  void agentKilledInTheSweepSweepsWhenItIsBack(String place) {
    Program killed = installation.agentWithFlags(Program.haltingAt(place));
    assertThat(killed.exit()).as(killed.err()).isEqualTo(KILLED);

    installation.agent();
    Eventually.isTrue(
        () -> "only " + provider.liveKeys(), () -> provider.key(orphan.id()).isEmpty());
    assertOnlyTheOrphanIsGone();
  }

  private void assertOnlyTheOrphanIsGone() {
    assertThat(provider.key(orphan.id())).isEmpty();
    for (IssuedKey other : others) {
      assertThat(provider.key(other.id())).as("%s", other).isPresent();
    }
    assertThat(provider.key(installation.oldKey().id())).isPresent();
  }

  private IssuedKey key(String description) {
    return provider.createKey(NewKey.sending(installation.domain(), description));
  }

  private static String id(int number) {
    return "c2ce21cd-325a-49c8-8f43-94423100000" + number;
  }
}
