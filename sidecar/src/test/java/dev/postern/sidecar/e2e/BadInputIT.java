package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.sidecar.cli.InProcessCli;
import dev.postern.sidecar.server.AccessPolicy;
import dev.postern.sidecar.server.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is wrong is refused with a word on what to do, with the exit code that is documented;
 * nothing is lost by it, and nothing leaked.
 */
class BadInputIT {
  private static MailgunSimulator provider;
  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final int REFUSED = 3;
  private static final int UNREACHABLE = 4;

  /** Another user; of group 0, so that one who is root here shares the socket's group with it. */
  private static final List<String> NOBODY =
      List.of("setpriv", "--reuid", "65534", "--regid", "0", "--clear-groups");

  @TempDir private Path directory;
  private Installation installation;

  @BeforeAll
  static void startProvider() {
    provider = MailgunSimulator.builder().start();
  }

  @BeforeEach
  void install() {
    installation = Installation.create(directory, provider, "bad.example.com");
  }

  @AfterEach
  void close() {
    installation.close();
  }

  @AfterAll
  static void closeProvider() {
    provider.close();
  }

  @Test
  void unknownConfigKeyIsRefusedWithTheNearestOne() {
    installation.writeConfig(text -> text.replace("refresh: 1s", "refrehs: 1s"));

    refuses(USAGE, "refrehs", "did you mean", "refresh");
    assertThat(installation.cli("validate", "--config", installation.config().toString()).exit())
        .isEqualTo(USAGE);
  }

  @Test
  void missingConfigFileIsNamed() throws IOException {
    Files.delete(installation.config());

    refuses(USAGE, installation.config().toString());
  }

  @Test
  void missingStoreIsNamedWithTheCommandThatMakesOne() throws IOException {
    Files.delete(installation.storeFile());

    refuses(UNREACHABLE, "store.age does not exist", "postern local init");
    assertThat(installation.storeFile()).doesNotExist();
  }

  @Test
  void missingIdentityIsNamed() throws IOException {
    Files.delete(installation.identity());

    refuses(UNREACHABLE, "identity.txt does not exist");
  }

  @Test
  void identityThatOthersCanReadIsRefusedWithTheCommandThatHelps() throws IOException {
    Files.setPosixFilePermissions(
        installation.identity(), PosixFilePermissions.fromString("rw-r--r--"));

    refuses(UNREACHABLE, "open to other users; run: chmod 600 " + installation.identity());
  }

  @Test
  void identityOfAnotherUserIsRefused() throws IOException {
    assumeRoot();
    Path journal = Files.createDirectory(directory.resolve("journal-of-nobody"));
    Files.setPosixFilePermissions(journal, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    installation.writeConfig(text -> text.replace("dir: journal", "dir: journal-of-nobody"));
    List<String> run = Program.line(List.of(), "run", "--config", installation.config().toString());
    Program version = installation.system(command(NOBODY, Program.line(List.of(), "--version")));
    Assumptions.assumeTrue(version.exit() == 0, "this user's build cannot be read by others");

    Program agent = installation.system(command(NOBODY, run));

    assertThat(agent.exit()).as(agent.err()).isEqualTo(UNREACHABLE);
    assertThat(agent.err()).contains("identity.txt may not be read by this user; run as its owner");
  }

  /** Only root can become another user. */
  private static void assumeRoot() {
    Program.assumeInstalled("setpriv");
    Assumptions.assumeTrue(AccessPolicy.uidOfThisProcess() == 0, "the tests do not run as root");
  }

  private static String[] command(List<String> before, List<String> after) {
    return Stream.concat(before.stream(), after.stream()).toArray(String[]::new);
  }

  @Test
  void identityOfAnotherStoreIsRefused() throws IOException {
    Path other = Files.createDirectory(directory.resolve("other"));
    Path identity = other.resolve("identity.txt");
    InProcessCli.run(
        installation.socket(),
        "",
        "local",
        "init",
        "--file",
        other.resolve("store.age").toString(),
        "--identity",
        identity.toString());
    String secret = Installation.read(identity);
    Files.delete(identity);
    Files.writeString(installation.identity(), secret);

    refuses(UNREACHABLE, "cannot decrypt local store");
  }

  @Test
  void identityThatIsNoneIsRefusedAndNotShown() {
    installation.canary().watch("what stands in the identity file", "some other secret of mine");
    Installation.write(installation.identity(), "some other secret of mine\n");

    refuses(UNREACHABLE, "AGE-SECRET-KEY-1", "restore it from a backup");
  }

  @Test
  void truncatedStoreIsRefusedAndLeftAsItIs() throws IOException {
    byte[] store = Installation.bytes(installation.storeFile());
    Files.write(installation.storeFile(), Arrays.copyOf(store, store.length - 20));

    refuses(UNREACHABLE, "truncated or damaged; it was not changed, restore it from a backup");
  }

  @Test
  void corruptedStoreIsRefusedAndLeftAsItIs() throws IOException {
    Files.write(installation.storeFile(), damaged(Installation.bytes(installation.storeFile()), 9));

    refuses(UNREACHABLE, "it was not changed");
  }

  @Test
  void storeThatBreaksWhileTheAgentRunsIsServedStaleAndThenNotAtAll() throws IOException {
    installation.writeConfig(text -> text.replace("max-stale: 1h", "max-stale: 5s"));
    Management management = installation.management(installation.agent());
    assertThat(management.ask("/health/ready").status()).isEqualTo(200);
    byte[] store = Installation.bytes(installation.storeFile());
    byte[] damaged = damaged(store, 9);

    Files.write(installation.storeFile(), damaged);

    awaitSecret(200, "\"stale\":true");
    awaitSecret(503, "urn:postern:problem:expired");
    assertThat(management.ask("/health/ready"))
        .satisfies(ready -> assertThat(ready.status()).isEqualTo(503))
        .satisfies(ready -> assertThat(ready.body()).contains("sending-key", "expired"));
    assertThat(management.ask("/health/live").status()).isEqualTo(200);
    assertThat(installation.cli("status").out()).contains("it was not changed");
    assertThat(installation.cli("get", "sending-key").exit()).isEqualTo(UNREACHABLE);
    assertThat(installation.rotate("--compromised").exit()).isEqualTo(UNREACHABLE);
    assertThat(Installation.bytes(installation.storeFile())).isEqualTo(damaged);

    Files.write(installation.storeFile(), store);

    awaitSecret(200, "\"stale\":false");
    assertThat(management.ask("/health/ready").status()).isEqualTo(200);
  }

  private void awaitSecret(int status, String text) {
    Eventually.isTrue(
        () -> status + " with " + text,
        () -> {
          RawClient.Answer answer = RawClient.get(installation.socket(), "/v1/secrets/sending-key");
          return answer.status() == status && answer.body().contains(text);
        });
  }

  @Test
  void socketPathThatIsTooLongIsRefused() throws IOException {
    Path deep = Files.createDirectories(directory.resolve("d".repeat(90)));
    installation.writeConfig(text -> text.replace("path: p.sock", "path: " + deep + "/p.sock"));

    refuses(USAGE, "socket.path", "at most 107 bytes", "choose a shorter folder");
  }

  @Test
  void socketOfALiveAgentIsLeftToIt() {
    installation.agent();
    byte[] journal = Installation.bytes(installation.journal());
    installation.writeConfig(text -> text.replace("dir: journal", "dir: second"));

    refuses(FAILED, "p.sock is in use by a running agent: stop it or choose another path");

    assertThat(Installation.bytes(installation.journal())).isEqualTo(journal);
    assertThat(installation.cli("list").exit()).isZero();
  }

  @Test
  void journalOfALiveAgentIsLeftToIt() {
    installation.agent();
    installation.writeConfig(
        text -> text.replace("p.sock", "q.sock").replace("postern-admin", "second-admin"));

    refuses(FAILED, "another agent uses the journal in", "journal.dir");

    assertThat(installation.cli("list").exit()).isZero();
  }

  @Test
  void socketsOfADeadAgentAreReplaced() {
    installation.agent().kill();
    assertThat(installation.socket()).exists();
    InProcessCli.Ended list = installation.cli("list");
    assertThat(list.exit()).isEqualTo(UNREACHABLE);
    assertThat(list.err()).contains("no agent answers on", "start one with");

    installation.agent();

    assertThat(installation.cli("list").exit()).isZero();
    assertThat(installation.cli("rotations").exit()).isZero();
  }

  @Test
  void managementPortThatIsTakenIsNamed() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      installation.writeConfig(
          text -> text.replace("127.0.0.1:0", "127.0.0.1:" + taken.getLocalPort()));

      refuses(FAILED, String.valueOf(taken.getLocalPort()));
    }
    assertThat(installation.socket()).doesNotExist();
    assertThat(installation.adminSocket()).doesNotExist();
  }

  @Test
  void journalOfANewerVersionIsRefusedAndLeftAsItIs() throws IOException {
    installation.agent().terminate();
    byte[] journal = Installation.bytes(installation.journal());
    journal[11] = 2;
    Files.write(installation.journal(), journal);

    refuses(FAILED, "has format 2", "run the version that wrote it, or a newer one");
    assertThat(Installation.bytes(installation.journal())).isEqualTo(journal);
  }

  @Test
  void damagedJournalIsRefusedAndLeftAsItIs() throws IOException {
    Program agent = installation.agent();
    assertThat(installation.rotate("--compromised").exit()).isZero();
    agent.terminate();
    byte[] journal = Installation.bytes(installation.journal());
    byte[] damaged = damaged(journal, journal.length / 2);
    Files.write(installation.journal(), damaged);

    refuses(FAILED, "is damaged at byte", "nothing was changed", "tagged postern/");
    assertThat(Installation.bytes(installation.journal())).isEqualTo(damaged);
  }

  @Test
  void tornTailOfAJournalIsCutAndTheReceiptsBeforeItAreKept() throws IOException {
    Program agent = installation.agent();
    assertThat(installation.rotate("--compromised").exit()).isZero();
    agent.terminate();
    byte[] journal = Installation.bytes(installation.journal());
    byte[] torn = Arrays.copyOf(journal, journal.length + 7);
    torn[journal.length] = (byte) 0xA5;
    Files.write(installation.journal(), torn);

    installation.agent();

    assertThat(Installation.bytes(installation.journal())).isEqualTo(journal);
    assertThat(installation.cli("report", "last").out()).contains("is proven dead");
  }

  @Test
  void requestsOverTheLimitsAreRefusedAndTheAgentGoesOn() {
    installation.agent();

    assertThat(RawClient.get(installation.socket(), "/v1/secrets/" + "a".repeat(5000)).status())
        .isEqualTo(414);
    assertThat(
            RawClient.get(installation.socket(), "/v1/secrets", "X-Long: " + "a".repeat(9000))
                .status())
        .isEqualTo(431);
    try (RawClient client = RawClient.connect(installation.adminSocket())) {
      RawClient.Answer answer =
          client
              .send("POST /v1/secrets/sending-key/rotations HTTP/1.1\r\nHost: p\r\n")
              .send("Content-Length: 99999999\r\n\r\n")
              .answer();
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.body()).contains("urn:postern:problem:body-too-large");
    }
    assertThat(installation.cli("rotations").out()).doesNotContain("sending-key");
    assertThat(installation.cli("list").exit()).isZero();
  }

  @Test
  void halfARequestHoldsUpNobodyAndIsGivenUp() {
    installation.agent();
    try (RawClient half = RawClient.connect(installation.socket());
        RawClient admin = RawClient.connect(installation.adminSocket())) {
      half.send("GET /v1/secrets/sending-key HTTP/1.1\r\nHost: p");
      admin.send("POST /v1/secrets/sending-key/rotations HTTP/1.1\r\nHost: p\r\n");
      admin.send("Content-Length: 30\r\n\r\n{\"cause\":");

      assertThat(installation.cli("list").exit()).isZero();
      assertThat(half.answer().status()).isEqualTo(408);
      assertThat(admin.answer().status()).isEqualTo(408);
      assertThat(half.closedByServer()).isTrue();
    }
    assertThat(installation.cli("rotations").out()).doesNotContain("sending-key");
  }

  @Test
  void unknownSecretIsRefusedWithAHint() {
    installation.agent();

    RawClient.Answer answer = RawClient.get(installation.socket(), "/v1/secrets/sending-kye");
    assertThat(answer.status()).isIn(403, 404);
    assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
    assertThat(installation.cli("get", "sending-kye").exit()).isEqualTo(REFUSED);
    InProcessCli.Ended rotate = installation.cli("rotate", "sending-kye");
    assertThat(rotate.exit()).isEqualTo(REFUSED);
    assertThat(rotate.err()).contains("`postern list` shows the names");
  }

  @Test
  void secretOfSomebodyElseIsDeniedWhetherOrNotItExists() throws IOException {
    assumeRoot();
    Program.assumeInstalled("curl");
    installation.agent();
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));

    Program known = asNobody("/v1/secrets/sending-key");
    Program value = asNobody("/v1/secrets/sending-key/api_key");
    Program unknown = asNobody("/v1/secrets/no-such-key");

    assertThat(known.exit()).as(known.err()).isZero();
    assertThat(known.out()).contains("urn:postern:problem:denied").endsWith("403");
    assertThat(value.exit()).isZero();
    assertThat(value.out()).endsWith("403").doesNotContain(installation.oldKey().exposeSecret());
    assertThat(unknown.exit()).isZero();
    assertThat(unknown.out()).isEqualTo(known.out().replace("sending-key", "no-such-key"));
  }

  private Program asNobody(String path) {
    return installation.system(
        command(
            NOBODY,
            List.of(
                "curl",
                "-s",
                "-w",
                "%{http_code}",
                "--unix-socket",
                installation.socket().toString(),
                "http://postern" + path)));
  }

  @Test
  void secretThatTheConfigGivesToNobodyHereIsDenied() {
    installation.writeConfig(text -> text.replaceAll("allow: \\[\\{uid: \\d+}]", "allow: []"));
    installation.agent();

    InProcessCli.Ended get = installation.cli("get", "sending-key");

    assertThat(get.exit()).isEqualTo(REFUSED);
    assertThat(get.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "list",
        "get sending-key",
        "watch sending-key",
        "rotate sending-key",
        "rotate --all",
        "rotations",
        "consumers",
        "status",
        "report last"
      })
  void commandWithoutAnAgentSaysHowToStartOne(String command) {
    InProcessCli.Ended ended = installation.cli(command.split(" ", -1));

    assertThat(ended.exit()).isEqualTo(UNREACHABLE);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err())
        .startsWith("postern: no agent answers on " + directory)
        .contains("start one with `postern run --config F` or name its socket with --socket");
  }

  @Test
  void agentThatIsToldToStopRemovesItsSocketsAndEndsWithZero() {
    Program agent = installation.agent();
    assertThat(installation.socket()).exists();
    assertThat(installation.adminSocket()).exists();

    assertThat(agent.terminate()).as(agent.err()).isZero();

    assertThat(installation.socket()).doesNotExist();
    assertThat(installation.adminSocket()).doesNotExist();
    assertThat(agent.err()).contains("agent stopped").doesNotContain("ERROR", "WARN", "\tat ");
  }

  /** The agent does not start, says these words and no stack trace, and changes nothing. */
  private void refuses(int exit, String... words) {
    byte[] store = bytesIfThere(installation.storeFile());

    Program agent = installation.agentWithFlags(List.of());

    assertThat(agent.exit()).as(agent.err()).isEqualTo(exit);
    assertThat(agent.err()).contains(words).doesNotContain("\tat ", "Exception in");
    assertThat(agent.out()).isEmpty();
    assertThat(bytesIfThere(installation.storeFile())).isEqualTo(store);
  }

  private static byte[] bytesIfThere(Path file) {
    return Files.exists(file) ? Installation.bytes(file) : new byte[0];
  }

  private static byte[] damaged(byte[] sound, int fromEnd) {
    byte[] damaged = sound.clone();
    damaged[sound.length - fromEnd] ^= 0x20;
    return damaged;
  }
}
