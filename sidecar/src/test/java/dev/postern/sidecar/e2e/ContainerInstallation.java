package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.MailgunSimulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * An installation whose agent is a container, at the image's own paths, with no more rights than it
 * needs: a root file system that nobody can write to, no capability, a user that is not root. Its
 * socket's folder is in memory and shared with the programs outside.
 */
final class ContainerInstallation implements AutoCloseable {
  /** The image's user. */
  static final int USER = 65532;

  private final Podman podman;
  private final String image;
  private final String name;
  private final Installation installation;
  private final Path sockets;
  private final Path link;

  private ContainerInstallation(
      Podman podman, String image, String name, Installation installation, Path sockets) {
    this.podman = podman;
    this.image = image;
    this.name = name;
    this.installation = installation;
    this.sockets = sockets;
    this.link = installation.socket();
  }

  static ContainerInstallation create(
      Podman podman, String image, Path directory, MailgunSimulator provider, String domain) {
    try {
      Installation installation = Installation.create(directory, provider, domain);
      installation.writeConfig(
          config ->
              config
                  .replace("{uid: 0}", "{uid: 0}, {uid: " + USER + "}")
                  .replace("path: p.sock", "path: /run/postern/postern.sock")
                  .replace("admin-socket: {path: postern-admin.sock}\n", "")
                  .replace("{dir: journal}", "{dir: /var/lib/postern/journal}"));
      Files.createDirectory(directory.resolve("state"));
      Path sockets = Files.createTempDirectory(Path.of("/dev/shm"), "postern-image-");
      Files.createSymbolicLink(installation.socket(), sockets.resolve("postern.sock"));
      ContainerInstallation made =
          new ContainerInstallation(
              podman, image, directory.getFileName().toString(), installation, sockets);
      made.give(directory);
      made.give(sockets);
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void give(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(file -> !Files.isSymbolicLink(file)).toList()) {
        Files.setAttribute(file, "unix:uid", USER);
        Files.setAttribute(file, "unix:gid", USER);
      }
    }
  }

  Installation installation() {
    return installation;
  }

  /** Starts the agent with what the image says to start, and waits until it serves. */
  void start(String network, String... options) {
    List<String> line = new ArrayList<>(List.of("run", "--detach", "--name", name));
    line.addAll(List.of("--network", network, "--read-only", "--read-only-tmpfs=false"));
    line.addAll(List.of("--cap-drop", "all", "--security-opt", "no-new-privileges"));
    line.addAll(List.of("--memory", "256m", "--pids-limit", "200"));
    line.addAll(List.of("--volume", installation.directory() + ":/etc/postern"));
    line.addAll(
        List.of("--volume", installation.directory().resolve("state") + ":/var/lib/postern"));
    line.addAll(List.of("--volume", sockets + ":/run/postern"));
    line.addAll(List.of(options));
    line.add(image);
    podman.says(line.toArray(String[]::new));
    Eventually.isTrue(
        () -> "the agent in the container: " + logs(),
        () -> {
          if (!podman.says("inspect", "--format", "{{.State.Running}}", name).equals("true")) {
            throw new AssertionError("the container ended: " + logs());
          }
          return Files.exists(sockets.resolve("postern.sock")) && installation.serves();
        });
  }

  /** A command in the container, which has no shell. */
  Program postern(String... command) {
    List<String> line = new ArrayList<>(List.of("exec", name, "postern"));
    line.addAll(List.of(command));
    return podman.call(line.toArray(String[]::new));
  }

  /** As Kubernetes ends a pod; the exit code. */
  int stop() {
    podman.says("stop", "--time", "20", name);
    return Integer.parseInt(podman.says("inspect", "--format", "{{.State.ExitCode}}", name));
  }

  boolean hasSocket() {
    return Files.exists(sockets.resolve("postern.sock"));
  }

  /** What it said on both of its outputs, in which no secret may be. */
  String logs() {
    Program logs = podman.call("logs", name);
    assertThat(logs.exit()).as(logs.err()).isZero();
    String said = logs.out() + logs.err();
    installation.canary().check("the container's log", said);
    return said;
  }

  @Override
  public void close() {
    podman.call("rm", "--force", "--time", "0", name).exit();
    try {
      // JUnit warns of links that lead out of its folder.
      Files.deleteIfExists(link);
      try (Stream<Path> left = Files.list(sockets)) {
        for (Path file : left.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(sockets);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    installation.close();
  }
}
