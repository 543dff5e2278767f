package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.sidecar.server.AccessPolicy;
import dev.postern.sidecar.server.RawClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand connections that say nothing, at a running agent: what is over the limits is refused
 * with a word, whoever has few connections is served meanwhile, and nothing grows by it.
 */
class IdleFloodIT {
  private static MailgunSimulator provider;
  private static final int FLOOD = 10_000;
  private static final int ALL = 1000;
  private static final int OF_ONE = 400;
  private static final Pattern TOLD =
      Pattern.compile("held (\\d+), refused (\\d+), dropped (\\d+)");

  /** What a connection takes is 5 KB; the rest is for the collector, which is in no hurry. */
  private static final int MORE_KIB = 48 * 1024;

  @TempDir private Path directory;
  private Installation installation;
  private Path script;

  @BeforeAll
  static void startProvider() {
    provider = MailgunSimulator.builder().start();
  }

  @BeforeEach
  void install() throws IOException {
    Stream.of("setpriv", "prlimit", "perl").forEach(Program::assumeInstalled);
    Assumptions.assumeTrue(AccessPolicy.uidOfThisProcess() == 0, "only root can be several users");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    script = directory.resolve("idle.pl");
    try (InputStream source = IdleFloodIT.class.getResourceAsStream("idle.pl")) {
      Files.copy(Objects.requireNonNull(source), script);
    }
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rw-r--r--"));
    installation = Installation.create(directory, provider, "idle.example.com");
    // As it is shipped, be it run from there or not: what does not fit ends it.
    installation.agentsNeed(List.of("-Xmx32m", "-Xmn4m", "-XX:+ExitOnOutOfMemoryError"));
    installation.writeConfig(
        text ->
            text.replace(
                "{path: p.sock, mode: \"0660\"}",
                "{path: p.sock, mode: \"0660\", max-connections: %d, max-connections-per-peer: %d}"
                    .formatted(ALL, OF_ONE)));
  }

  @AfterEach
  void close() {
    if (installation != null) {
      installation.close();
    }
  }

  @AfterAll
  static void closeProvider() {
    provider.close();
  }

  @Test
  void oneUserHasItsConnectionsAndNoMoreAndOthersAreServedAllAlong() {
    Program agent = installation.agent();
    try (RawClient kept = RawClient.connect(installation.socket())) {
      assertThat(read(kept)).isEqualTo(200);
      long before = memory(agent);

      Program flood = flood(1234);
      int answered = 0;
      while (!flood.out().contains("held") && flood.isAlive()) {
        assertThat(read(kept)).isEqualTo(200);
        assertThat(fresh()).isEqualTo(200);
        answered++;
      }

      Matcher told = flood.saying(TOLD);
      assertThat(told.group()).isEqualTo("held 400, refused 9600, dropped 0");
      assertThat(answered).isPositive();
      assertThat(fresh()).isEqualTo(200);
      assertThat(memory(agent) - before).as("KiB").isLessThan(MORE_KIB);
      flood.kill();

      Eventually.isTrue(() -> "what was held is free again", () -> descriptors(agent) < OF_ONE / 2);
      for (int round = 0; round < 2; round++) {
        Program again = flood(1234);
        again.saying(TOLD);
        again.kill();
      }
      assertThat(memory(agent) - before).as("KiB, and not three times").isLessThan(MORE_KIB);
      assertThat(read(kept)).isEqualTo(200);
    }
    assertThat(agent.isAlive()).isTrue();
    assertThat(agent.err()).doesNotContain("ERROR");
  }

  @Test
  void severalUsersTogetherDoNotKeepOutAnotherNorOneThatWaits() {
    Program agent = installation.agent();
    long idle = descriptors(agent);
    try (RawClient watcher = RawClient.connect(installation.socket());
        RawClient kept = RawClient.connect(installation.socket())) {
      watcher.start("GET", "/v1/watch?name=sending-key", "").answer(false);
      assertThat(read(kept)).isEqualTo(200);

      int held = 0;
      int refused = 0;
      for (int uid = 1234; uid < 1237; uid++) {
        Matcher told = flood(uid).saying(TOLD);
        held += Integer.parseInt(told.group(1));
        refused += Integer.parseInt(told.group(2));
        assertThat(fresh()).isEqualTo(200);
      }

      assertThat(held).isBetween(ALL - 2, 3 * OF_ONE);
      assertThat(held + refused).isLessThanOrEqualTo(3 * FLOOD);
      assertThat(descriptors(agent) - idle).isLessThan(ALL + 20);
      for (int i = 0; i < 100; i++) {
        assertThat(fresh()).isEqualTo(200);
      }
      assertThat(read(kept)).isEqualTo(200);
      assertThat(installation.rotate("--compromised").exit()).isZero();
      assertThat(event(watcher)).contains("sending-key");
    }
  }

  private Program flood(int uid) {
    String user = Integer.toString(uid);
    // Of group 0, which is the socket's, so that it can connect.
    return installation.system(
        "prlimit",
        "--nofile=" + (FLOOD + 100),
        "setpriv",
        "--reuid",
        user,
        "--regid",
        "0",
        "--clear-groups",
        "perl",
        script.toString(),
        installation.socket().toString(),
        Integer.toString(FLOOD));
  }

  private static int read(RawClient client) {
    return client.get("/v1/secrets/sending-key").status();
  }

  private int fresh() {
    return RawClient.get(installation.socket(), "/v1/secrets/sending-key").status();
  }

  private static String event(RawClient watcher) {
    try {
      return watcher.event();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long descriptors(Program agent) {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + agent.pid() + "/fd"))) {
      return open.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the agent has in memory, in KiB. */
  private static long memory(Program agent) {
    return Installation.read(Path.of("/proc/" + agent.pid() + "/status"))
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
