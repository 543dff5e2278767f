package dev.postern.sidecar.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.sidecar.http.ListenException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixSocketFileTest {
  private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-rw----");

  @TempDir Path directory;
  private Path path = Path.of("");
  private final AtomicReference<ServerSocketChannel> listener = new AtomicReference<>();

  @BeforeEach
  void choosePath() {
    path = directory.resolve("p.sock");
  }

  @AfterEach
  void close() throws IOException {
    ServerSocketChannel open = listener.get();
    if (open != null) {
      open.close();
    }
  }

  private void bind(Path where) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.set(channel.bind(UnixDomainSocketAddress.of(where)));
  }

  private UnixSocketFile create(Path where) {
    return UnixSocketFile.create(where, MODE, Optional.empty(), this::bind);
  }

  @Test
  void theSocketIsBornInAPrivateDirectoryAndAppearsWithItsFinalMode() throws IOException {
    UnixSocketFile.create(
        path,
        MODE,
        Optional.empty(),
        where -> {
          assertThat(path).doesNotExist();
          assertThat(Files.getPosixFilePermissions(where.getParent()))
              .isEqualTo(PosixFilePermissions.fromString("rwx------"));
          bind(where);
        });

    assertThat(Files.getPosixFilePermissions(path)).isEqualTo(MODE);
    assertThat(directory).isDirectoryContaining(file -> file.equals(path));
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(path);
    }
  }

  @Test
  void whatAgentsKilledAtTheBirthOfTheirSocketsLeftIsRemoved() throws IOException {
    Path empty = nursery(".p0a1b2c", Duration.ofHours(1));
    Path withDeadSocket = nursery(".p3d4e5f", Duration.ofHours(1));
    bind(withDeadSocket.resolve("s"));
    close();
    age(withDeadSocket, Duration.ofHours(1));

    create(path);

    assertThat(empty).doesNotExist();
    assertThat(withDeadSocket).doesNotExist();
  }

  @Test
  void whatMayBelongToALivingAgentOrToSomebodyElseIsLeft() throws IOException {
    Path young = nursery(".paaaaaa", Duration.ofSeconds(5));
    Path withOtherFile = nursery(".pbbbbbb", Duration.ofHours(1));
    Files.createFile(withOtherFile.resolve("mine"));
    age(withOtherFile, Duration.ofHours(1));
    Path open = nursery(".pcccccc", Duration.ofHours(1));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path otherName = nursery(".profile", Duration.ofHours(1));
    Path listening = nursery(".pdddddd", Duration.ofHours(1));
    try (ServerSocketChannel alive = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      alive.bind(UnixDomainSocketAddress.of(listening.resolve("s")));
      age(listening, Duration.ofHours(1));

      create(path);

      assertThat(listening.resolve("s")).exists();
    }
    assertThat(List.of(young, withOtherFile, open, otherName)).allMatch(Files::exists);
  }

  private Path nursery(String name, Duration age) throws IOException {
    Path nursery =
        Files.createDirectory(
            directory.resolve(name),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    age(nursery, age);
    return nursery;
  }

  private static void age(Path file, Duration age) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
  }

  @Test
  void theSocketFileOfADeadAgentIsReplaced() throws IOException {
    bind(path);
    close();
    assertThat(path).exists();

    UnixSocketFile file = create(path);
    assertThat(file.path()).isEqualTo(path);
    assertThat(Files.getPosixFilePermissions(path)).isEqualTo(MODE);
  }

  @Test
  void theSocketOfARunningAgentIsLeftAlone() throws IOException {
    create(path);
    Object before = Files.getAttribute(path, "unix:ino");

    assertThatThrownBy(() -> create(path))
        .isInstanceOf(ListenException.class)
        .hasMessageContaining("in use by a running agent: stop it or choose another path");
    assertThat(Files.getAttribute(path, "unix:ino")).isEqualTo(before);
  }

  @Test
  void aFileThatIsNoSocketIsLeftAlone() throws IOException {
    Files.writeString(path, "precious");

    assertThatThrownBy(() -> create(path))
        .isInstanceOf(ListenException.class)
        .hasMessageContaining("is not a socket and is left alone");
    assertThat(path).hasContent("precious");
  }

  @Test
  void aMissingDirectoryIsNamed() {
    assertThatThrownBy(() -> create(directory.resolve("nowhere/p.sock")))
        .isInstanceOf(ListenException.class)
        .hasMessageContaining("its directory does not exist: create it first");
  }

  @Test
  void aPathThatIsTooLongIsRefusedBeforeAnythingIsMade() throws IOException {
    assertThatThrownBy(() -> create(directory.resolve("x".repeat(100))))
        .isInstanceOf(ListenException.class)
        .hasMessageContaining("is too long")
        .hasMessageContaining("107");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void anUnknownGroupIsNamedAndNothingIsLeft() {
    assertThatThrownBy(
            () -> UnixSocketFile.create(path, MODE, Optional.of("no-such-group-here"), this::bind))
        .isInstanceOf(ListenException.class)
        .hasMessageContaining("no-such-group-here");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void removalTakesOwnFileOnly() throws IOException {
    UnixSocketFile file = create(path);
    Files.delete(path);
    Files.writeString(path, "somebody else's");
    file.remove();
    assertThat(path).exists();

    Files.delete(path);
    file.remove();
    UnixSocketFile second = create(path);
    second.remove();
    assertThat(path).doesNotExist();
  }
}
