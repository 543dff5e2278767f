package dev.postern.mailgun.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** The account on disk: mode 0600 from birth, replaced at once and durably. */
final class StateFile {
  private final Path path;

  StateFile(Path path) {
    this.path = path.toAbsolutePath();
  }

  Optional<AccountState> read() {
    try {
      return Files.exists(path)
          ? Optional.of(StateCodec.decode(Files.readAllBytes(path)))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the simulator's state file " + path, e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(e.getMessage() + " (" + path + ")");
    }
  }

  void write(AccountState state) {
    Path directory = path.resolveSibling(".");
    Path temporary = path.resolveSibling(path.getFileName() + ".new");
    try {
      // One that a killed process left must not lend its mode to this one.
      Files.deleteIfExists(temporary);
      writeForced(temporary, StateCodec.encode(state));
      Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the simulator's state file " + path, e);
    }
  }

  private static void writeForced(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }
}
