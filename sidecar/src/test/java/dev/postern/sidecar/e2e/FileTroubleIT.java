package dev.postern.sidecar.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.postern.RotationId;
import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.sidecar.server.AccessPolicy;
import dev.postern.sidecar.server.RawClient;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoredSecret;
import dev.postern.store.local.LocalConfig;
import dev.postern.store.local.LocalStoreFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be wrong with files and their hooks, as a running agent meets and tells it. */
class FileTroubleIT {
  private static MailgunSimulator provider;
  private static final String DISK = "secrets in files are on a disk; use a tmpfs";
  private static final int USAGE = 2;
  private static final int STRANGER = 1234;

  @TempDir private Path directory;

  /** Apart from the rest, which is searched for secrets. */
  @TempDir private Path outside;

  private Installation installation;

  @BeforeAll
  static void startProvider() {
    provider = MailgunSimulator.builder().start();
  }

  @BeforeEach
  void install() {
    installation = Installation.create(directory, provider, "trouble.example.com");
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
  void hooksThatFailAreToldTriedAgainWithPausesAndConfirmOnceTheyCan() throws Exception {
    int port = freePort();
    Path pidFile = outside.resolve("app.pid");
    Path mended = outside.resolve("mended");
    String failing = "date +%%s%%3N >> %s; test -e %s".formatted(outside.resolve("runs"), mended);
    String hanging = "echo $$ >> %s; exec sleep 300".formatted(outside.resolve("hung"));
    files(
        file("plain", ""),
        file("hangs", ", on-change: {command: [/bin/sh, -c, '" + hanging + "'], timeout: 500ms}"),
        file("fails", ", on-change: {command: [/bin/sh, -c, '" + failing + "'], timeout: 20s}"),
        file("http", ", on-change: {http: {url: 'http://127.0.0.1:" + port + "/reload'}}"),
        file("signal", ", on-change: {signal: HUP, pid-file: " + pidFile + "}"));
    installation.agent();

    awaitStatus("file " + outside.resolve("hangs") + ": /bin/sh did not end within 500 ms");
    awaitStatus("file " + outside.resolve("fails") + ": /bin/sh ended with exit code 1 (attempt 3");
    awaitStatus("/reload cannot be reached: start the server, or correct the port (attempt ");
    awaitStatus("there is no " + pidFile + ": start the program, or correct 'pid-file' (attempt ");
    long hung = Long.parseLong(lines("hung").getFirst());
    assertThat(ProcessHandle.of(hung).filter(ProcessHandle::isAlive)).as("was killed").isEmpty();
    assertThat(acknowledged()).containsExactly("plain");
    List<Long> runs = lines("runs").stream().map(Long::valueOf).toList();
    assertThat(runs.get(1) - runs.get(0)).as("the first pause, ms").isGreaterThan(900);
    assertThat(runs.get(2) - runs.get(1)).as("the second pause, ms").isGreaterThan(1_900);

    Program app = installation.system("/bin/sleep", "300");
    Files.writeString(pidFile, Long.toString(app.pid()));
    Files.createFile(mended);
    HttpServer server = server(port);
    try {
      Eventually.isTrue(
          () -> installation.cli("status").out(),
          () -> acknowledged().equals(List.of("fails", "http", "plain", "signal")));
    } finally {
      server.stop(0);
    }
    assertThat(app.exit()).as("ended by the signal").isEqualTo(129);
    assertThat(installation.cli("status").out())
        .contains("file " + outside.resolve("hangs") + ": /bin/sh did not end within 500 ms")
        .doesNotContain("exit code 1", "cannot be reached", "there is no " + pidFile);
  }

  @Test
  void folderOnADiskIsWarnedOfAndOneInMemoryIsNot() throws IOException {
    Assumptions.assumeFalse(
        Files.getFileStore(outside).type().equals("tmpfs"), "temporary files are in memory here");
    Path memory = Files.createTempDirectory(Path.of("/dev/shm"), "postern-");
    try {
      files(file("key", ""), "{path: %s/key}".formatted(memory));
      Program agent = installation.agent();
      Eventually.isTrue(() -> installation.cli("status").out(), () -> acknowledged().size() == 2);

      assertThat(agent.err().lines().filter(line -> line.contains(DISK)))
          .singleElement()
          .asString()
          .contains(" WARN ", "directory=" + outside + " type=");
    } finally {
      installation.close();
      deleteAll(memory);
    }
  }

  @Test
  void podVolumeIsAcceptedOnlyAsFarAsNobodyElseCanExchangeWhatIsInIt() throws IOException {
    Assumptions.assumeTrue(AccessPolicy.uidOfThisProcess() == 0, "only root can give files away");
    installation.canary().watch("the value", "zq81xk7d-vol-vw93");
    installation.local("zq81xk7d-vol-vw93\n", "put", "mail/volume", "--field", "api_key");
    Path good = volume("good", outside);
    Path given = volume("given", outside);
    Files.setAttribute(given, "unix:uid", STRANGER);
    Path open = Files.createDirectory(outside.resolve("open"));
    Path inOpen = volume("volume", open);
    Files.setAttribute(open, "unix:mode", 0777);
    Path planted = volume("planted", outside);
    Path version = planted.resolve("..postern-planted." + "0".repeat(32));
    Files.createDirectory(version);
    Files.setAttribute(version, "unix:uid", STRANGER);
    Files.createSymbolicLink(planted.resolve("..data"), version.getFileName());
    installation.writeConfig(
        text ->
            text.replace(
                "\nsocket: {path: p",
                "\n"
                    + inVolume("good", good)
                    + inVolume("given", given)
                    + inVolume("in-open", inOpen)
                    + inVolume("planted", planted)
                    + "socket: {path: p"));
    Program agent = installation.agent();

    awaitStatus("given: file " + given.resolve("key") + ": " + given + " belongs to another user");
    awaitStatus("in-open: file " + inOpen.resolve("key") + ": " + open + " can be written by");
    awaitStatus(
        "planted: file " + planted.resolve("key") + ": " + version + " was made by another");
    Eventually.isTrue(() -> agent.err(), () -> Files.exists(good.resolve("key")));
    assertThat(given).isEmptyDirectory();
    assertThat(inOpen).isEmptyDirectory();
    assertThat(planted.resolve("key")).doesNotExist();
  }

  @Test
  void fileHasTheModeOfTheConfigWhateverTheUmaskOfTheAgent() throws IOException {
    files(file("key", ", mode: \"0640\""));
    List<String> line = new ArrayList<>(List.of("/bin/sh", "-c", "umask 077; exec \"$@\"", "sh"));
    line.addAll(Program.line(List.of(), "run", "--config", installation.config().toString()));
    installation.system(line.toArray(String[]::new)).said("agent started");
    Path key = outside.resolve("key");
    Eventually.isTrue(() -> installation.cli("status").out(), () -> Files.exists(key));

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-r-----");
  }

  @Test
  void folderThatIsAPodVolumeForOneFileOnlyIsRefused() {
    files(file("one", ", folder: pod-volume"), file("two", ""));

    Program agent = installation.agentWithFlags(List.of());

    assertThat(agent.exit()).isEqualTo(USAGE);
    assertThat(agent.err()).contains("another file in this folder says otherwise");
  }

  @Test
  void templateThatAsksForWhatItsKindHasNotIsRefusedAtTheStart() throws IOException {
    Files.writeString(directory.resolve("own.mustache"), "key={{api_kee}}\n");
    files(file("conf", ", template: ./own.mustache"));

    Program agent = installation.agentWithFlags(List.of());

    assertThat(agent.exit()).isEqualTo(USAGE);
    assertThat(agent.err())
        .contains(
            "the template asks for 'api_kee', which this secret has not; did you mean 'api_key'?");
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void fieldThatDisappearsFromTheStoreLeavesTheFileAsItWasAndIsTold() throws IOException {
    Path conf = outside.resolve("conf");
    Files.writeString(directory.resolve("own.mustache"), "{{user}}:{{password}}\n");
    installation.local("to be replaced\n", "put", "mail/shape", "--field", "user");
    put(Map.of("user", "ann", "password", "zq81xk7d-ann-vw93"));
    installation.writeConfig(
        text ->
            text.replace(
                "\nsocket: {path: p",
                "\n"
                    + secret(
                        "shape",
                        "mail/shape",
                        "{path: %s, template: ./own.mustache}".formatted(conf))
                    + "socket: {path: p"));
    Program agent = installation.agent();
    Eventually.isTrue(() -> agent.err(), () -> holds(conf, "ann:zq81xk7d-ann-vw93\n"));

    put(Map.of("password", "hm26tr4c-two-js58"));
    awaitStatus(conf + ": the template asks for 'user', which this secret has not");
    assertThat(holds(conf, "ann:zq81xk7d-ann-vw93\n")).as("as it was").isTrue();
    assertThat(RawClient.get(installation.socket(), "/v1/secrets/shape/password").body())
        .isEqualTo("hm26tr4c-two-js58");
    assertThat(installation.rotate("--compromised").exit()).as("others go on").isZero();

    put(Map.of("user", "bob", "password", "fb90yn3p-bob-lx17"));
    Eventually.isTrue(() -> agent.err(), () -> holds(conf, "bob:fb90yn3p-bob-lx17\n"));
    Eventually.isTrue(
        () -> installation.cli("status").out(),
        () -> !installation.cli("status").out().contains("the template asks for"));
  }

  private String file(String name, String more) {
    return "{path: %s%s}".formatted(outside.resolve(name), more);
  }

  private void files(String... files) {
    installation.writeConfig(
        text ->
            text.replace(
                "    consumers:",
                "    files:\n"
                    + List.of(files).stream()
                        .map(file -> "      - " + file + "\n")
                        .collect(Collectors.joining())
                    + "    consumers:"));
  }

  private static Path volume(String name, Path parent) throws IOException {
    Path volume = Files.createDirectory(parent.resolve(name));
    Files.setAttribute(volume, "unix:mode", 0777);
    return volume;
  }

  private String inVolume(String name, Path volume) {
    return secret(
        name,
        "mail/volume",
        "{path: %s/key, field: api_key, mode: \"0440\", folder: pod-volume}".formatted(volume));
  }

  private String secret(String name, String path, String file) {
    return """
      %s:
        kind: static
        source: {store: embedded, path: %s}
        refresh: 1s
        files: [%s]
        consumers: {allow: [{uid: %d}]}
    """
        .formatted(name, path, file, AccessPolicy.uidOfThisProcess());
  }

  private void awaitStatus(String text) {
    Eventually.isTrue(
        () -> text + "\nin " + installation.cli("status").out(),
        () -> installation.cli("status").out().contains(text));
  }

  /** The files that consumers shows with an acknowledged version, sorted by their names. */
  private List<String> acknowledged() {
    return installation
        .cli("consumers")
        .out()
        .lines()
        .filter(line -> line.contains(" file ") && line.matches(".*\\s2\\s+\\S+\\s+yes\\s.*"))
        .map(line -> line.replaceFirst(".* file \\S*/(\\S+).*", "$1"))
        .sorted()
        .toList();
  }

  private List<String> lines(String file) {
    return Installation.read(outside.resolve(file)).lines().toList();
  }

  private static boolean holds(Path file, String text) {
    return Files.exists(file) && Installation.read(file).equals(text);
  }

  /** A new version with just these fields, as another program that may write would put it. */
  private void put(Map<String, String> values) {
    installation.canary().watch("the password", values.getOrDefault("password", ""));
    SecretPath path = new SecretPath("mail/shape");
    RotationId id = RotationId.random();
    try (SecretStore store =
            LocalStoreFactory.open(
                new LocalConfig("embedded", installation.storeFile(), installation.identity()));
        StoredSecret current = store.readCurrent(path);
        SecretFields fields =
            SecretFields.takeOwnershipOf(
                values.entrySet().stream()
                    .collect(
                        Collectors.toMap(
                            Map.Entry::getKey,
                            one -> SecretBytes.copyOf(one.getValue().getBytes(UTF_8)))))) {
      store.stage(path, id, fields);
      store.promote(path, id, fields, current.version());
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static HttpServer server(int port) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext(
        "/reload",
        call -> {
          call.sendResponseHeaders(204, -1);
          call.close();
        });
    server.start();
    return server;
  }

  private static void deleteAll(Path folder) throws IOException {
    try (var all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
