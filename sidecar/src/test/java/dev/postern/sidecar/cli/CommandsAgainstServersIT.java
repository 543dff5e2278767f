package dev.postern.sidecar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.consumer.AckMode;
import dev.postern.consumer.ConsumerRegistry;
import dev.postern.rotation.Cause;
import dev.postern.rotation.Order;
import dev.postern.rotation.RotationRequest;
import dev.postern.serving.RefreshOutcome;
import dev.postern.sidecar.http.IoLoop;
import dev.postern.sidecar.http.Limits;
import dev.postern.sidecar.http.RequestMetrics;
import dev.postern.sidecar.server.AccessPolicy;
import dev.postern.sidecar.server.AdminServer;
import dev.postern.sidecar.server.FakeCatalog;
import dev.postern.sidecar.server.SocketServer;
import dev.postern.sidecar.server.SocketServerConfig;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every client command against the servers of the agent, with fakes behind those. */
class CommandsAgainstServersIT {
  private static final String SECRET = "key-5d0c1a7e-canary";
  private static final InstantSource CLOCK = InstantSource.fixed(TestSurroundings.START);
  private static final int UID = AccessPolicy.uidOfThisProcess();

  @TempDir private Path directory;
  private final FakeCatalog catalog = new FakeCatalog();
  private final ConsumerRegistry consumers =
      new ConsumerRegistry(CLOCK, _ -> true, _ -> AckMode.FETCH);
  private final FakeRotations rotations = new FakeRotations(() -> publish("8"));
  private final IoLoop loop = IoLoop.start();
  private SocketServer server;
  private AdminServer admin;
  private TestSurroundings surroundings = new TestSurroundings();

  @BeforeEach
  void start() {
    catalog
        .define("sending-key", SecretKind.MAILGUN_SENDING_KEY, Map.of("domain", "mg.example.com"))
        .define("static", SecretKind.STATIC, Map.of());
    publish("7");
    catalog.publish(
        "static", "1", CLOCK.instant().minusSeconds(1800), Map.of("a", SECRET, "b", SECRET));
    server =
        SocketServer.start(
            loop,
            config("postern.sock"),
            new SocketServer.Services(
                catalog, policy(), consumers, (_, _, _) -> {}, CLOCK, RequestMetrics.NONE));
    admin =
        AdminServer.start(
            loop,
            config("postern-admin.sock"),
            new AdminServer.Services(
                catalog,
                policy(),
                consumers,
                rotations,
                CLOCK,
                RequestMetrics.NONE,
                name -> new RefreshOutcome(RefreshOutcome.Result.UNCHANGED, catalog.state(name)),
                new AdminServer.AgentFacts("0.1", "dev", "none", Map.of())));
  }

  @AfterEach
  void stop() {
    server.close();
    admin.close();
    loop.close();
  }

  @Test
  void listShowsWhatIsServed() {
    assertThat(run("list")).isZero();
    assertThat(surroundings.stdout())
        .containsPattern("sending-key +mailgun-sending-key +7 +primary +0s")
        .containsPattern("static +static +1 +primary +30m")
        .doesNotContain(SECRET);
  }

  @Test
  void refreshTellsWhatTheStoreHas() {
    assertThat(run("refresh", "sending-key", "static")).isZero();
    assertThat(surroundings.stdout())
        .isEqualTo(
            "sending-key: version 7, primary, as before\nstatic: version 1, primary, as before\n");
  }

  @Test
  void getPrintsTheBareValueInBothWays() {
    assertThat(run("get", "sending-key")).isZero();
    assertThat(surroundings.stdout()).isEqualTo(SECRET + "7");

    assertThat(run("get", "static", "--field", "b")).isZero();
    assertThat(surroundings.stdout()).isEqualTo(SECRET);

    assertThat(run("get", "static")).isEqualTo(2);
    assertThat(surroundings.stderr()).contains("choose one with --field: a, b");
  }

  @Test
  void unknownSecretAndFieldAreRefusedWithAHint() {
    assertThat(run("get", "sending-kye")).isEqualTo(3);
    assertThat(surroundings.stderr()).startsWith("postern: ").contains(":");

    assertThat(run("get", "sending-key", "--field", "pin")).isEqualTo(3);
    assertThat(surroundings.stderr()).contains("api_key");
  }

  @Test
  void consumersAndStatusNameWhoHoldsTheVersion() {
    run("get", "sending-key");

    assertThat(run("consumers", "sending-key")).isZero();
    assertThat(surroundings.stdout())
        .containsPattern(
            "sending-key +uid " + UID + ".* +7 +0s +yes +no +(yes|no) +2026-11-21T19:00:00Z");

    assertThat(run("status")).isZero();
    assertThat(surroundings.stdout())
        .startsWith("installation dev, agent 0.1")
        .contains("sending-key: revoking version 7 now would break uid " + UID);
    assertThat(run("status", "--json")).isZero();
    assertThat(surroundings.stdout()).contains("\"blocking\":", "\"consumers\":[{");
  }

  @Test
  void rotationIsFollowedToItsEndAndAWatcherSeesTheChange() throws Exception {
    TestSurroundings watching = new TestSurroundings();
    CompletableFuture<Integer> watcher =
        CompletableFuture.supplyAsync(
            () -> watching.run(directory, "watch", "sending-key", "--count", "1"));
    while (watching.out.size() == 0 && !watcher.isDone()) {
      Thread.onSpinWait();
    }

    assertThat(
            run(
                "rotate",
                "sending-key",
                "--compromised",
                "--reason",
                "seen in a log",
                "--deadline",
                "30s",
                "--order",
                "revoke-first",
                "--wait"))
        .isZero();

    assertThat(surroundings.stdout())
        .containsPattern("sending-key: issue +0.20 s\\n")
        .endsWith(
            "sending-key: done: old key old-1 proven dead, time to revoke 1.2 s, receipt: postern report "
                + FakeRotations.ID
                + "\n");
    RotationRequest asked = rotations.request().orElseThrow();
    assertThat(asked.cause()).isEqualTo(Cause.COMPROMISED);
    assertThat(asked.reason()).isEqualTo("seen in a log");
    assertThat(asked.deadline()).contains(Duration.ofSeconds(30));
    assertThat(asked.order()).contains(Order.REVOKE_FIRST);
    assertThat(watcher.get(20, TimeUnit.SECONDS)).isZero();
    assertThat(watching.stdout())
        .isEqualTo(
            "2026-11-21T19:00:00Z sending-key 7 primary\n2026-11-21T19:00:00Z sending-key 8 primary\n");
  }

  @Test
  void receiptIsFoundByItsBeginningAndRenderedInEveryFormat() {
    run("rotate", "sending-key", "--wait");

    assertThat(run("rotations")).isZero();
    assertThat(surroundings.stdout())
        .containsPattern(FakeRotations.ID + " +sending-key +requested +done");
    assertThat(run("rotations", "last")).isZero();
    assertThat(run("report", "3f2a")).isZero();
    assertThat(surroundings.stdout())
        .contains("**done: old key old-1 is proven dead, time to revoke 1.2 s**");
    assertThat(run("report", "last", "--format", "html")).isZero();
    assertThat(surroundings.stdout()).startsWith("<!DOCTYPE html>").contains("old-1");
    assertThat(run("report", "last", "--format", "json")).isZero();
    assertThat(surroundings.stdout()).startsWith("{\"id\":\"" + FakeRotations.ID);
    assertThat(run("report", "3f2a91c0-0000-4000-8000-00000000000f")).isEqualTo(3);
  }

  @Test
  void dryRunAndRefusalsChangeNothing() {
    assertThat(run("rotate", "sending-key", "--dry-run")).isZero();
    assertThat(surroundings.stdout()).contains("nothing was changed", "old-1", "60.0 s");

    assertThat(run("rotate", "static")).isEqualTo(3);
    assertThat(surroundings.stderr()).contains("static: not started: static is static");
    assertThat(run("rotate", "nobody")).isEqualTo(3);
    assertThat(surroundings.stderr()).contains("`postern list` shows the names");
    assertThat(rotations.request()).isEmpty();
  }

  @Test
  void allRotatesWhatCanBeRotated() {
    assertThat(run("rotate", "--all")).isZero();
    assertThat(surroundings.stdout()).startsWith("sending-key: rotation " + FakeRotations.ID);
  }

  private int run(String... arguments) {
    surroundings = new TestSurroundings();
    return surroundings.run(directory, arguments);
  }

  private void publish(String version) {
    catalog.publish("sending-key", version, CLOCK.instant(), Map.of("api_key", SECRET + version));
  }

  private static AccessPolicy policy() {
    List<AccessPolicy.Rule> me = List.of(AccessPolicy.Rule.ofUid(UID));
    return new AccessPolicy(
        Map.of(new SecretName("sending-key"), me, new SecretName("static"), me), me, UID);
  }

  private SocketServerConfig config(String name) {
    return new SocketServerConfig(
        directory.resolve(name),
        PosixFilePermissions.fromString("rw-------"),
        Optional.empty(),
        Limits.standard());
  }
}
