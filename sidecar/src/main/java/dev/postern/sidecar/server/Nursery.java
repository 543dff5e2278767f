package dev.postern.sidecar.server;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/** The private directory in which a socket is made, for the moment before it is moved. */
record Nursery(Path directory) {
  private static final String PREFIX = ".p";
  private static final int RANDOM = 6;
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");

  /** A socket spends milliseconds here; an agent stopped for so long is as good as dead. */
  private static final Duration ABANDONED = Duration.ofMinutes(1);

  /** One that does not exist yet. */
  static Nursery in(Path parent) {
    return new Nursery(parent.resolve(PREFIX + UUID.randomUUID().toString().substring(0, RANDOM)));
  }

  Path newborn() {
    return directory.resolve("s");
  }

  void create() throws IOException {
    Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(PRIVATE));
  }

  void remove() throws IOException {
    Files.deleteIfExists(newborn());
    Files.deleteIfExists(directory);
  }

  /** Removes what agents of this user left that were killed in that moment, and nothing else. */
  static void sweep(Path parent) {
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(parent, PREFIX + "[0-9a-f]".repeat(RANDOM))) {
      for (Path path : found) {
        new Nursery(path).removeIfLeftBehind();
      }
    } catch (IOException e) {
      // Litter that cannot be removed is no reason not to serve.
    }
  }

  private void removeIfLeftBehind() throws IOException {
    PosixFileAttributes now =
        Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    FileTime latest = FileTime.from(Instant.now().minus(ABANDONED));
    if (now.isDirectory()
        && isOurs()
        && now.permissions().equals(PRIVATE)
        && now.lastModifiedTime().compareTo(latest) < 0
        && isEmptyButForADeadSocket()) {
      remove();
    }
  }

  private boolean isOurs() throws IOException {
    return Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS)
        .equals(AccessPolicy.uidOfThisProcess());
  }

  private boolean isEmptyButForADeadSocket() throws IOException {
    try (DirectoryStream<Path> content = Files.newDirectoryStream(directory)) {
      for (Path path : content) {
        if (!path.equals(newborn()) || !UnixSocketFile.isAbandoned(path)) {
          return false;
        }
      }
      return true;
    }
  }
}
