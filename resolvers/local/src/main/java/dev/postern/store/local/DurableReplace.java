package dev.postern.store.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * Replaces a file so that a reader, or the next start after a crash, finds the old content or the
 * new one, whole. Callers hold the store's lock.
 */
final class DurableReplace {
  /** The points between which a process can die. */
  enum Step {
    TEMPORARY_CREATED,
    TEMPORARY_WRITTEN,
    TEMPORARY_FORCED,
    MOVED,
    DIRECTORY_FORCED
  }

  /** Told of each step once it is done; a test fails or halts there. */
  @FunctionalInterface
  interface Observer {
    void done(Step step) throws IOException;
  }

  static final Observer NOBODY = step -> {};

  private final Observer observer;

  DurableReplace(Observer observer) {
    this.observer = observer;
  }

  /**
   * @param file need not exist; where it does, its owner is kept
   */
  void replace(Path file, byte[] content) throws IOException {
    Path directory = directoryOf(file);
    Path temporary = directory.resolve(prefix(file) + UUID.randomUUID() + ".tmp");
    try {
      write(file, temporary, content);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      observer.done(Step.MOVED);
    } finally {
      Files.deleteIfExists(temporary);
    }
    // Without this, a power cut can bring the old name back after the caller was told of the new.
    forceDirectory(directory);
    observer.done(Step.DIRECTORY_FORCED);
  }

  static void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Temporary files that a dead process left beside the file: ours by name. */
  static List<Path> leftovers(Path file) throws IOException {
    List<Path> found = new ArrayList<>();
    String prefix = prefix(file);
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(
            directoryOf(file), entry -> isLeftover(entry.getFileName().toString(), prefix))) {
      entries.forEach(found::add);
    } catch (DirectoryIteratorException | UncheckedIOException e) {
      throw new IOException("the directory could not be listed", e);
    }
    return found;
  }

  private void write(Path file, Path temporary, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            FileOwner.PRIVATE_FILE)) {
      observer.done(Step.TEMPORARY_CREATED);
      if (Files.exists(file)) {
        FileOwner.adopt(temporary, file);
      }
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      observer.done(Step.TEMPORARY_WRITTEN);
      channel.force(true);
      observer.done(Step.TEMPORARY_FORCED);
    }
  }

  private static boolean isLeftover(String name, String prefix) {
    return name.startsWith(prefix) && name.endsWith(".tmp");
  }

  private static String prefix(Path file) {
    return "." + file.getFileName() + ".postern-";
  }

  private static Path directoryOf(Path file) {
    return Objects.requireNonNull(file.getParent(), "the store file's path is absolute");
  }
}
