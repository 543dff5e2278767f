package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.sidecar.cli.InProcessCli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The image, built by its own script on a base that is made here, and its agent in a container. A
 * build takes minutes, so only the profile {@code image} runs this, as root. {@code
 * POSTERN_IMAGE_STORAGE} names a folder where base and layers are kept for the next run.
 */
@Tag("image")
class ImageIT {
  private static final Path DEPLOY = Path.of("..", "deploy", "image").toAbsolutePath().normalize();
  private static final String BASE = "localhost/postern-base";
  private static final String IMAGE = "localhost/postern:tested";
  private static final long LARGEST = 180_000_000;
  private static final String DOMAIN = "image.example.com";

  private static final Optional<Path> KEPT =
      Optional.ofNullable(System.getenv("POSTERN_IMAGE_STORAGE")).map(Path::of);

  @TempDir private static Path settings;
  private static Podman podman;

  @TempDir private Path directory;

  @BeforeAll
  static void build() throws IOException {
    boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    Assumptions.assumeTrue(root, "only root can make a base for the image");
    Program.assumeInstalled("podman");
    Program.assumeInstalled("runc");
    Program.assumeInstalled("debootstrap");
    podman = Podman.open(settings, KEPT.orElse(settings));
    if (!podman.has(BASE)) {
      podman.script(Map.of(), DEPLOY.resolve("debian-base"), BASE);
    }
    // With what Maven has here, and without a network: what the build needs is what was built here.
    Path libraries = Path.of(System.getProperty("user.home"), ".m2", "repository");
    podman.script(
        Map.of("TAG", IMAGE),
        DEPLOY.resolve("build"),
        "--build-arg=BASE=" + BASE,
        "--build-arg=BUILD_BASE=" + BASE,
        "--build-arg=MAVEN_ARGUMENTS=-o -Dmaven.repo.local=/m2",
        "--volume=" + libraries + ":/m2:O",
        "--network=none");
  }

  @AfterAll
  static void clean() {
    if (podman != null && KEPT.isEmpty()) {
      podman.close();
    }
  }

  @Test
  void imageIsSmallAndSaysWhatItIs() {
    assertThat(Long.parseLong(inspect("{{.Size}}"))).isLessThan(LARGEST);
    assertThat(inspect("{{.Config.User}}")).isEqualTo("65532:65532");
    assertThat(inspect("{{.Config.StopSignal}}")).isIn("SIGTERM", "15");
    assertThat(inspect("{{.Config.Entrypoint}} {{.Config.Cmd}}"))
        .isEqualTo("[/usr/bin/postern] [run --config /etc/postern/postern.yaml]");
    for (String label : List.of("title", "description", "licenses", "version")) {
      assertThat(inspect("{{index .Config.Labels \"org.opencontainers.image." + label + "\"}}"))
          .as(label)
          .isNotBlank();
    }
    assertThat(inspect("{{.Config.Env}}")).doesNotContain("POSTERN_JAVA_OPTIONS");
  }

  private static String inspect(String format) {
    return podman.says("image", "inspect", "--format", format, IMAGE);
  }

  @Test
  void nothingInItIsAShellOrCanBeWrittenToByItsUserButItsTwoFolders() throws IOException {
    Path root = Path.of(podman.says("image", "mount", IMAGE));
    try (Stream<Path> files = Files.walk(root)) {
      List<Path> all = files.filter(file -> !Files.isSymbolicLink(file)).toList();
      assertThat(all.stream().map(file -> file.getFileName().toString()))
          .doesNotContain("sh", "bash", "dash", "busybox")
          .contains("java", "libc.so.6", "run.aot");
      assertThat(all.stream().filter(ImageIT::writable).map(file -> "/" + root.relativize(file)))
          .containsExactlyInAnyOrder("/run/postern", "/var/lib/postern", "/tmp");
    } finally {
      podman.says("image", "unmount", IMAGE);
    }
  }

  private static boolean writable(Path file) {
    try {
      boolean own =
          Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS)
              .equals(ContainerInstallation.USER);
      Set<PosixFilePermission> modes = Files.getPosixFilePermissions(file);
      return own || modes.contains(PosixFilePermission.OTHERS_WRITE);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void modeOnRefusesAnyCacheThatDoesNotFitAndTheImagesFit() {
    for (String command : List.of("run", "list")) {
      assertThat(inImage("-XX:AOTMode=on", command, "--help").exit()).as(command).isZero();
      Program without = inImage("-XX:AOTMode=on -XX:-UseCompactObjectHeaders", command, "--help");
      assertThat(without.exit()).as("another layout of objects, " + command).isNotZero();
    }
  }

  private static Program inImage(String jvmOptions, String... command) {
    return podman.call(
        Stream.concat(
                Stream.of(
                    "run",
                    "--rm",
                    "--network=none",
                    "--env=POSTERN_JAVA_OPTIONS=" + jvmOptions,
                    IMAGE),
                Stream.of(command))
            .toArray(String[]::new));
  }

  @Test
  void leakedKeyIsRotatedByACommandInTheContainerWhileAProgramOutsideSends() {
    try (MailgunSimulator provider = MailgunSimulator.builder().domain(DOMAIN).start();
        ContainerInstallation container =
            ContainerInstallation.create(podman, IMAGE, directory, provider, DOMAIN)) {
      Installation installation = container.installation();
      container.start("host", "--env=POSTERN_JAVA_OPTIONS=-XX:AOTMode=on");
      try (FollowingConsumer consumer = FollowingConsumer.start(installation)) {
        Program rotate = container.postern("rotate", "sending-key", "--compromised", "--wait");

        assertThat(rotate.exit()).as(rotate.out() + rotate.err() + container.logs()).isZero();
        assertThat(rotate.out())
            .contains("sending-key: done: old key " + installation.oldKey().id() + " proven dead");
        Eventually.isTrue(
            () -> "the new version: " + consumer.versions(), () -> consumer.versions().size() == 2);
        assertThat(consumer.answers()).isNotEmpty().allMatch(answer -> answer == Mailgun.ALIVE);
      }
      assertThat(provider.key(installation.oldKey().id())).isEmpty();
      assertThat(container.stop()).as(container.logs()).isZero();
      assertThat(container.hasSocket()).isFalse();
    }
  }

  @Test
  void readerWithoutANetworkServesWhatItHas() {
    try (MailgunSimulator provider = MailgunSimulator.builder().domain(DOMAIN).start();
        ContainerInstallation container =
            ContainerInstallation.create(podman, IMAGE, directory, provider, DOMAIN)) {
      Installation installation = container.installation();
      container.start("none");

      InProcessCli.Ended got =
          InProcessCli.run(installation.socket(), "", "get", Installation.SECRET);

      assertThat(got.exit()).as(got.err()).isZero();
      assertThat(got.out().strip().equals(installation.oldKey().exposeSecret())).isTrue();
      assertThat(container.postern("--version").exit()).isZero();
      assertThat(container.postern("list", "--socket", "/no/such").exit()).isEqualTo(4);
    }
  }
}
