package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.sidecar.e2e.OutsideStore.Kind;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A store outside that holds the admin key and is away when the agent starts. */
class OutsideStoreAwayIT {
  /**
   * The one that an agent is left to find again by itself, which takes a minute, and in the same
   * way with all. With the others it is asked to look.
   */
  private static final Kind PATIENT = Kind.VAULT;

  private static MailgunSimulator provider;

  @TempDir private Path directory;
  @TempDir private Path credentials;

  @BeforeAll
  static void startProvider() {
    provider = MailgunSimulator.builder().start();
  }

  @AfterAll
  static void closeProvider() {
    provider.close();
  }

  @ParameterizedTest
  @EnumSource
  void agentComesUpNotReadySaysSoAndRotatesOnceItsStoreIsBack(Kind kind) {
    try (Installation installation = installation(kind, "both");
        OutsideStore store = OutsideStore.install(kind, installation, credentials)) {
      store.goAway();

      Program agent = installation.agent();
      Management management = installation.management(agent);
      agent.said("cannot refresh");
      assertThat(management.ask("/health/live").status()).isEqualTo(200);
      assertThat(management.ask("/health/ready"))
          .satisfies(ready -> assertThat(ready.status()).isEqualTo(503))
          .satisfies(ready -> assertThat(ready.body()).contains("\"sending-key\":\"empty\""));
      assertThat(installation.cli("get", Installation.SECRET).exit()).isEqualTo(4);
      assertThat(installation.rotate("--compromised").exit()).isEqualTo(4);

      if (kind == PATIENT) {
        awaitUnreachable(installation, management);
        store.comeBack();
        agent.said("the store answers again");
      } else {
        store.comeBack();
        Eventually.isTrue(
            agent::err, () -> installation.cli("refresh", Installation.SECRET).exit() == 0);
      }
      Eventually.isTrue(() -> "the secret is served", () -> installation.serves());
      assertThat(management.ask("/health/ready").status()).isEqualTo(200);
      assertThat(installation.cli("status").out()).doesNotContain("unreachable");
      assertThat(installation.rotate("--compromised").exit()).isZero();
      replaced(installation, store.field(Installation.PATH, "api_key").orElseThrow());
    }
  }

  private static void awaitUnreachable(Installation installation, Management management) {
    Eventually.isTrue(
        () -> management.ask("/health/ready").body(),
        () -> management.ask("/health/ready").body().contains("\"prod\":\"unreachable since 2"));
    assertThat(installation.cli("status").out()).contains("store prod: unreachable since 2");
  }

  /** What is served does not need it; a rotation does, and waits for it. */
  @ParameterizedTest
  @EnumSource(names = "VAULT")
  void agentWhoseAdminKeyAloneIsAwayServesAndRotatesWhenItIsBack(Kind kind) {
    try (Installation installation = installation(kind, "admin");
        OutsideStore store = OutsideStore.installAdmin(kind, installation, credentials)) {
      store.goAway();

      Program agent = installation.agent();
      Management management = installation.management(agent);
      Eventually.isTrue(() -> "the secret is served", () -> installation.serves());
      assertThat(management.ask("/health/ready").status()).isEqualTo(200);
      Program rotate = installation.program("rotate", "sending-key", "--compromised", "--wait");
      Eventually.isTrue(
          () -> installation.cli("rotations", "last", "--json").out() + agent.err(),
          () -> installation.cli("rotations", "last", "--json").out().contains("store prod"));
      assertThat(rotate.isAlive()).isTrue();

      store.comeBack();

      assertThat(rotate.exit()).as(rotate.out() + rotate.err()).isZero();
      replaced(installation, installation.storedKey().exposeSecret());
    }
  }

  private static void replaced(Installation installation, String fresh) {
    installation.canary().watch("the new key", fresh);
    assertThat(Mailgun.answer(provider, installation.domain(), fresh)).isEqualTo(Mailgun.ALIVE);
    assertThat(
            Mailgun.answer(provider, installation.domain(), installation.oldKey().exposeSecret()))
        .isEqualTo(Mailgun.DEAD);
  }

  private Installation installation(Kind kind, String name) {
    return Installation.create(
        directory, provider, kind.name().toLowerCase(Locale.ROOT) + "-" + name + ".example.com");
  }
}
