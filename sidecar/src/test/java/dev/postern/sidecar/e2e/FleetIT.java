package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.sidecar.cli.InProcessCli;
import dev.postern.sidecar.server.RawClient;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two rotators and two sidecars on one store, as processes: a fleet that has only the Kubernetes
 * API in common.
 */
class FleetIT {
  private static final String DOMAIN = "fleet.example.com";
  private static final String LEADS = "this agent rotates the secret for its fleet";
  private static final List<String> ROTATORS = List.of("rotator-a", "rotator-b");
  private static final Pattern WAITED_FOR = Pattern.compile("pod web-2 .* no ");
  private static final Pattern VERSION = Pattern.compile("\"version\" ?: ?\"([^\"]*)\"");

  @TempDir private Path directory;
  private final MailgunSimulator provider = MailgunSimulator.builder().domain(DOMAIN).start();
  private final Map<String, Program> agents = new HashMap<>();

  @SuppressWarnings("NullAway.Init")
  private Installation installation;

  @SuppressWarnings("NullAway.Init")
  private Cluster cluster;

  @BeforeEach
  void start() {
    cluster = Cluster.start(directory);
    installation = Installation.create(directory, provider, DOMAIN);
    installation.writeConfig(
        config ->
            config.replace("refresh: 1s", "refresh: 10m").replace("}]}\n", "}], ack: explicit}\n")
                + "coordination: {type: kubernetes}\n");
  }

  @AfterEach
  void stop() {
    // In any case: the cluster may be somebody's.
    try (MailgunSimulator _ = provider;
        Installation _ = installation;
        Cluster _ = cluster) {
      installation.storedKey();
      installation.canary().check("the cluster's objects", cluster.dump());
    }
  }

  @Test
  void leakReportedAtOneSidecarIsRotatedOnceWhenTheConsumersOfAllHaveTheNewKey() {
    startAll("web-1", "web-2");
    try (RawClient consumer = RawClient.connect(socket("web-2"))) {
      String old = use(consumer);
      acknowledge(consumer, old);
      Program rotate =
          installation.programOn(
              socket("web-1"), "rotate", "sending-key", "--compromised", "--wait");
      rotate.said("no rotator has ever led this secret");
      assertThat(cli("web-1", "status").out()).contains("filed since");
      assertThat(version("web-2")).isEqualTo(old);
      startAll("rotator-a", "rotator-b");
      Eventually.isTrue(() -> "web-2 serves the successor", () -> servesSuccessor("web-2", old));

      Eventually.isTrue(
          () -> "the rotator names who is waited for: " + cli(leader(), "consumers").out(),
          () -> WAITED_FOR.matcher(cli(leader(), "consumers").out()).find());
      assertThat(Mailgun.answer(provider, DOMAIN, installation.oldKey().exposeSecret()))
          .as("the old key while a consumer has it")
          .isEqualTo(Mailgun.ALIVE);

      acknowledge(consumer, use(consumer));
      assertThat(rotate.exit()).as(rotate.out() + rotate.err()).isZero();
      assertThat(rotate.out()).contains("taken up as rotation");
    }
    assertRotatedTo(installation.storedKey().version());
    assertThat(provider.key(installation.oldKey().id())).isEmpty();
    assertThat(installation.liveKeysExcept()).hasSize(1);
    for (String agent : agents.keySet()) {
      assertThat(cli(agent, "rotations", "--json").out())
          .as(agent)
          .contains("done")
          .contains("in pod web-1");
    }

    String before = installation.storedKey().version();
    cluster.annotateJournal("postern.dev/rotate", "requested: by annotation");
    Eventually.isTrue(
        () -> "another version", () -> !installation.storedKey().version().equals(before));
    Eventually.isTrue(
        () -> "the annotation's rotation is done: " + cli("web-1", "rotations").out(),
        () ->
            cli("web-1", "rotations").out().lines().filter(line -> line.contains("done")).count()
                == 2);
    assertRotatedTo(installation.storedKey().version());
  }

  @Test
  void rotatorThatStandsStillIsFollowedByAnotherAndDoesNothingWhenItWakesUp() {
    startAll("rotator-a", "rotator-b", "web-1");
    String frozen = leader();
    String successor = ROTATORS.get(1 - ROTATORS.indexOf(frozen));
    try (RawClient consumer = RawClient.connect(socket("web-1"))) {
      String old = use(consumer);
      Program rotate =
          installation.programOn(
              socket("web-1"),
              "rotate",
              "sending-key",
              "--compromised",
              "--deadline",
              "10m",
              "--wait");
      Eventually.isTrue(() -> "web-1 serves the successor", () -> servesSuccessor("web-1", old));
      signal(frozen, "STOP");
      agent(successor).said(LEADS);
      assertThat(rotate.isAlive()).isTrue();

      cluster.network().cut();
      assertThat(version("web-1")).as("served while the API is away").isNotEmpty();
      acknowledge(consumer, use(consumer));
      Eventually.isTrue(
          () -> "the rotator notices that the API is away: " + agent(successor).err(),
          () ->
              cli(successor, "rotations").out().contains("promoted")
                  && agent(successor).err().contains("the fleet's journals cannot be read"));
      assertThat(Mailgun.answer(provider, DOMAIN, installation.oldKey().exposeSecret()))
          .as("the old key while nobody can ask the fleet")
          .isEqualTo(Mailgun.ALIVE);

      cluster.network().mend();
      assertThat(rotate.exit()).as(rotate.out() + rotate.err()).isZero();
    }
    signal(frozen, "CONT");
    Eventually.isTrue(
        () -> frozen + " knows who leads: " + agent(frozen).err(),
        () ->
            cli(frozen, "rotate", "sending-key", "--dry-run")
                .err()
                .contains("another agent leads this secret (" + successor));
    assertThat(provider.key(installation.oldKey().id())).isEmpty();
    assertThat(installation.liveKeysExcept()).hasSize(1);
    assertThat(cli(frozen, "rotations").out().lines()).as("with its head").hasSize(2);
  }

  private void startAll(String... names) {
    for (String name : names) {
      start(name);
    }
    for (String name : names) {
      agent(name).said("agent started");
      Eventually.isTrue(
          () -> name + " serves: " + agent(name).err(),
          () -> cli(name, "list").out().contains("primary"));
    }
    Eventually.isTrue(
        () -> "a rotator leads",
        () ->
            agents.keySet().stream().noneMatch(ROTATORS::contains)
                || ROTATORS.stream().anyMatch(name -> agent(name).err().contains(LEADS)));
  }

  private void signal(String name, String signal) {
    assertThat(installation.system("kill", "-" + signal, Long.toString(agent(name).pid())).exit())
        .isZero();
  }

  /** A sidecar has the config without an issuer. */
  private void start(String name) {
    Path config = directory.resolve(name + ".yaml");
    assertThat(directory.resolve(name).toFile().mkdir()).isTrue();
    String text =
        Installation.read(installation.config())
            .replace("{path: p.sock", "{path: " + name + "/p.sock")
            .replace("{path: postern-admin.sock", "{path: " + name + "/postern-admin.sock")
            .replace("{dir: journal}", "{dir: " + name + "/journal}");
    if (!ROTATORS.contains(name)) {
      text =
          text.replaceAll("(?s)issuers:.*?secrets:", "secrets:")
              .replaceAll(" +(issuer|domain|rotation): .*\n", "");
    }
    Installation.write(config, text);
    String account = ROTATORS.contains(name) ? "postern-rotator" : "postern-sidecar";
    agents.put(name, installation.agentIn(cluster.environment(name, account), config));
  }

  private Program agent(String name) {
    return Objects.requireNonNull(agents.get(name), name);
  }

  private String leader() {
    return ROTATORS.stream()
        .filter(name -> agent(name).err().contains(LEADS))
        .findFirst()
        .orElseThrow();
  }

  private Path socket(String name) {
    return directory.resolve(name).resolve("p.sock");
  }

  private InProcessCli.Ended cli(String name, String... command) {
    InProcessCli.Ended ended = InProcessCli.run(socket(name), "", command);
    installation.canary().check("postern " + String.join(" ", command), ended.out() + ended.err());
    return ended;
  }

  /** What an agent serves, without becoming its consumer; empty when it is too busy to say. */
  private String version(String name) {
    Matcher version = VERSION.matcher(cli(name, "list", "--json").out());
    return version.find() ? version.group(1) : "";
  }

  private boolean servesSuccessor(String name, String old) {
    String version = version(name);
    return !version.isEmpty() && !version.equals(old);
  }

  /** Fetches the secret; returns its version. */
  private static String use(RawClient consumer) {
    return consumer.request("GET", "/v1/secrets/sending-key", "").header("etag").replace("\"", "");
  }

  private static void acknowledge(RawClient consumer, String version) {
    assertThat(
            consumer
                .request("PUT", "/v1/secrets/sending-key/ack", "{\"version\":\"" + version + "\"}")
                .status())
        .isEqualTo(204);
  }

  private void assertRotatedTo(String version) {
    for (String name : agents.keySet()) {
      Eventually.isTrue(() -> name + " serves " + version, () -> version(name).equals(version));
    }
  }
}
