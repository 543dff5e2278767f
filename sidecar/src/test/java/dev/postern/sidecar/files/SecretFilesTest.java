package dev.postern.sidecar.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.consumer.AckMode;
import dev.postern.consumer.Consumer;
import dev.postern.consumer.ConsumerRegistry;
import dev.postern.consumer.Holding;
import dev.postern.sidecar.config.ConfigLoader;
import dev.postern.sidecar.config.ConfigResult;
import dev.postern.sidecar.config.PosternConfig;
import dev.postern.sidecar.hooks.HandTime;
import dev.postern.sidecar.server.AccessPolicy;
import dev.postern.sidecar.server.FakeCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The files of a config, from what is served to what consumers are seen to hold. */
@Timeout(60)
final class SecretFilesTest {
  private static final SecretName KEY = new SecretName("sending-key");

  @TempDir private Path temporary;
  private final HandTime time = new HandTime();
  private final FakeCatalog catalog =
      new FakeCatalog()
          .define("sending-key", SecretKind.MAILGUN_SENDING_KEY, Map.of("domain", "d.example"))
          .define("other-key", SecretKind.MAILGUN_SENDING_KEY, Map.of());
  private Path one = Path.of("");
  private Path two = Path.of("");
  private Path ran = Path.of("");
  private ConsumerRegistry consumers =
      new ConsumerRegistry(time, consumer -> true, secret -> AckMode.EXPLICIT);
  private SecretFiles files = new SecretFiles(config(""), 0, catalog, consumers, time);

  @BeforeEach
  void make() throws IOException {
    one = Files.createDirectory(temporary.resolve("one"));
    two = Files.createDirectory(temporary.resolve("two"));
    ran = temporary.resolve("ran");
  }

  @AfterEach
  void close() {
    files.close();
  }

  private PosternConfig config(String filesOfTheKey) {
    try {
      Path file =
          Files.writeString(
              Path.of(System.getProperty("java.io.tmpdir"))
                  .resolve("postern-" + ProcessHandle.current().pid() + ".yaml"),
              """
              installation: test
              stores:
                box: {type: env}
              secrets:
                sending-key:
                  kind: mailgun-sending-key
                  source: {store: box, path: A}
              %s    consumers: {allow: [{uid: 1}]}
                other-key:
                  kind: mailgun-sending-key
                  source: {store: box, path: B}
                  consumers: {allow: [{uid: 1}]}
              """
                  .formatted(
                      filesOfTheKey.isEmpty() ? "" : "    files:\n" + filesOfTheKey.indent(6)));
      ConfigResult result = ConfigLoader.load(file);
      Files.delete(file);
      assertThat(result).isInstanceOf(ConfigResult.Valid.class);
      return ((ConfigResult.Valid) result).config();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void start(String yaml) {
    files.close();
    files =
        new SecretFiles(config(yaml), AccessPolicy.uidOfThisProcess(), catalog, consumers, time);
    files.start();
  }

  private void restart(String yaml) {
    consumers = new ConsumerRegistry(time, consumer -> true, secret -> AckMode.EXPLICIT);
    start(yaml);
  }

  private void publish(String version, String value) {
    catalog.publish("sending-key", version, time.instant(), Map.of("api_key", value));
  }

  private String hooked(String command) {
    return "- {path: %s/key, on-change: {command: [/bin/sh, -c, '%s'], timeout: 5s}}"
        .formatted(one, command);
  }

  private static void until(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  private boolean acked(String version) {
    List<Holding> holdings = consumers.holdings(KEY);
    return !holdings.isEmpty()
        && holdings.stream()
            .allMatch(held -> held.acknowledged() && held.fetched().equals(new Version(version)));
  }

  private long runs() {
    try {
      return Files.exists(ran) ? Files.readString(ran).lines().count() : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void filesInSeveralDirectoriesFollowTheServedVersion() throws IOException {
    start(
        "- {path: %1$s/key}\n- {path: %1$s/.env, template: dotenv}\n- {path: %2$s/key.json,"
                .formatted(one, two)
            + " template: json}");
    assertThat(files.inPlace(KEY)).isFalse();
    publish("1", "first");
    until(() -> acked("1"));
    assertThat(files.inPlace(KEY)).isTrue();

    publish("2", "second");
    until(() -> acked("2"));

    assertThat(Files.readString(one.resolve("key"))).isEqualTo("second");
    assertThat(Files.readString(one.resolve(".env"))).contains("MAILGUN_SECRET=second\n");
    assertThat(Files.readString(two.resolve("key.json"))).contains("\"version\":\"2\"", "second");
    assertThat(FilesFixture.everything(temporary)).doesNotContain("first");
    assertThat(consumers.holdings(KEY))
        .extracting(held -> held.consumer().describe())
        .containsExactlyInAnyOrder(
            "file " + one.resolve("key"),
            "file " + one.resolve(".env"),
            "file " + two.resolve("key.json"));
  }

  @Test
  void fileHoldsAVersionFromTheSwapOnAndAcknowledgesItWhenItsHookHasSucceeded() throws IOException {
    Path gate = temporary.resolve("gate");
    start(hooked("test -e " + gate));
    publish("1", "first");
    until(() -> files.hookFailures(KEY) == 1);

    assertThat(consumers.holdings(KEY))
        .singleElement()
        .satisfies(held -> assertThat(held.acknowledged()).isFalse())
        .satisfies(held -> assertThat(held.fetched()).isEqualTo(new Version("1")));
    until(() -> files.states(KEY).getFirst().trouble().isPresent());
    FileState state = files.states(KEY).getFirst();
    assertThat(state.trouble().orElseThrow().problem()).isEqualTo("/bin/sh ended with exit code 1");
    assertThat(state.trouble().orElseThrow().attempts()).isEqualTo(1);

    Files.createFile(gate);
    time.advance(Duration.ofSeconds(1));
    until(() -> acked("1"));
    until(() -> files.states(KEY).getFirst().trouble().isEmpty());
  }

  @Test
  void hookIsRunOnceForAllFilesThatNameIt() {
    String hook = "on-change: {command: [/bin/sh, -c, 'echo x >> " + ran + "'], timeout: 5s}}";
    start(
        "- {path: %1$s/a, %3$s\n- {path: %1$s/b, %3$s\n- {path: %2$s/c, %3$s"
            .formatted(one, two, hook));
    publish("1", "first");

    until(() -> acked("1"));

    assertThat(runs()).isEqualTo(1);
  }

  @Test
  void restartWritesNothingAndRunsNothingAnew() throws IOException {
    String yaml = hooked("echo x >> " + ran);
    start(yaml);
    publish("1", "first");
    until(() -> acked("1"));
    Path before = one.resolve("..data").toRealPath();

    restart(yaml);
    until(() -> acked("1"));

    assertThat(one.resolve("..data").toRealPath()).isEqualTo(before);
    assertThat(runs()).isEqualTo(1);
  }

  @Test
  void newVersionWithTheSameContentRunsNothing() {
    start(hooked("echo x >> " + ran));
    publish("1", "same");
    until(() -> acked("1"));

    publish("2", "same");
    until(() -> acked("2"));

    assertThat(runs()).isEqualTo(1);
  }

  @Test
  void hookThatDidNotSucceedBeforeTheRestartIsRunAfterIt() throws IOException {
    Path gate = temporary.resolve("gate");
    String yaml = hooked("test -e " + gate + " && echo x >> " + ran);
    start(yaml);
    publish("1", "first");
    until(() -> files.hookFailures(KEY) == 1);
    files.close();
    Files.createFile(gate);

    restart(yaml);
    until(() -> acked("1"));

    assertThat(runs()).isEqualTo(1);
  }

  @Test
  void changedHookIsRun() {
    start(hooked("echo x >> " + ran));
    publish("1", "first");
    until(() -> acked("1"));

    restart(hooked("echo yy >> " + ran));
    until(() -> acked("1"));

    assertThat(runs()).isEqualTo(2);
  }

  @Test
  void successForAReplacedVersionIsNoAcknowledgementOfItsSuccessor() throws IOException {
    Path started = temporary.resolve("started");
    Path gate = temporary.resolve("gate");
    start(
        hooked(
            "echo $POSTERN_VERSION >> %s; while ! test -e %s; do sleep 0.02; done; test"
                    .formatted(started, gate)
                + " $POSTERN_VERSION = 1"));
    publish("1", "first");
    until(() -> Files.exists(started));
    publish("2", "second");
    until(() -> files.states(KEY).getFirst().version().equals(Optional.of(new Version("2"))));
    Files.createFile(gate);

    until(() -> files.hookFailures(KEY) == 1);

    assertThat(Files.readAllLines(started)).containsExactly("1", "2");
    assertThat(acked("2")).isFalse();
    assertThat(consumers.holdings(KEY))
        .singleElement()
        .satisfies(held -> assertThat(held.fetched()).isEqualTo(new Version("2")));
  }

  @Test
  void hookThatHangsHoldsUpNeitherTheFilesNorAnotherHook() throws IOException {
    start(
        hooked("sleep 600")
            + "\n- {path: %s/key, on-change: {command: [/bin/sh, -c, 'echo x >> %s']}}"
                .formatted(two, ran));
    publish("1", "first");
    until(() -> runs() == 1);

    publish("2", "second");
    until(() -> runs() == 2);

    assertThat(Files.readString(one.resolve("key"))).isEqualTo("second");
  }

  @Test
  void directoryThatIsMissingIsToldAndFilledWhenItIsThere() throws IOException {
    Files.delete(one);
    // Published first: the start and the news of a version would each be a try.
    publish("1", "first");
    start("- {path: %s/key}".formatted(one));
    until(() -> files.states(KEY).getFirst().trouble().isPresent());
    assertThat(files.inPlace(KEY)).isFalse();
    assertThat(files.writeFailures(KEY)).isEqualTo(1);
    assertThat(consumers.holdings(KEY)).isEmpty();

    Files.createDirectory(one);
    time.advance(Duration.ofSeconds(1));
    until(() -> acked("1"));

    assertThat(Files.readString(one.resolve("key"))).isEqualTo("first");
  }

  @Test
  void valueThatATemplateCannotHoldLeavesAllFilesAsTheyWere() throws IOException {
    start("- {path: %1$s/key}\n- {path: %2$s/.env, template: dotenv}".formatted(one, two));
    publish("1", "first");
    until(() -> acked("1"));

    publish("2", "second\nline");
    until(() -> files.states(KEY).getFirst().trouble().isPresent());

    assertThat(files.states(KEY).getFirst().trouble().orElseThrow().problem())
        .contains("field api_key has a character")
        .doesNotContain("second");
    assertThat(Files.readString(one.resolve("key"))).isEqualTo("first");
    assertThat(files.inPlace(KEY)).isTrue();
  }

  @Test
  void flagChangesNothingInAFileAndAnExpiredValueIsNotWritten() throws IOException {
    start("- {path: %s/key}".formatted(one));
    publish("1", "first");
    until(() -> acked("1"));
    catalog.taint("sending-key");
    assertThat(Files.readString(one.resolve("key"))).isEqualTo("first");
    files.close();
    Files.delete(one.resolve("key"));

    time.advance(FakeCatalog.MAX_STALE.plusSeconds(1));
    restart("- {path: %s/key}".formatted(one));

    assertThat(files.inPlace(KEY)).isFalse();
    assertThat(one.resolve("key")).doesNotExist();
  }

  @Test
  void onlyFilesOfTheConfigAreConsumers() {
    PosternConfig config = config("- {path: /secrets/key}");

    assertThat(SecretFiles.keptBy(config).test(Consumer.ofFile("/secrets/key"))).isTrue();
    assertThat(SecretFiles.keptBy(config).test(Consumer.ofFile("/secrets/x"))).isFalse();
  }
}
