package dev.postern.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal as one file in a directory of its own, locked against a second agent.
 *
 * <p>Each record is one {@code write} and one {@code fdatasync}. After a failed write the file is
 * cut back to its last sound length; after a failed sync nothing is known about the disk's
 * contents, so the journal stays closed for writing until a restart reads it anew.
 */
public final class FileRotationJournal implements RotationJournal {
  private static final Logger log = LoggerFactory.getLogger(FileRotationJournal.class);
  private static final String FILE = "rotations.journal";
  private static final String LOCK = "rotations.lock";
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path file;
  private final FileChannel lockChannel;
  private final FileChannel channel;
  private final List<RotationEvent> recovered;
  private long length;
  private @Nullable String broken;

  private FileRotationJournal(
      Path file, FileChannel lockChannel, FileChannel channel, JournalFormat.Contents contents) {
    this.file = file;
    this.lockChannel = lockChannel;
    this.channel = channel;
    this.recovered = List.copyOf(contents.events());
    this.length = contents.goodBytes();
  }

  /**
   * Opens the journal in a directory, and creates both where they are missing. A record torn by a
   * crash is cut off.
   *
   * @throws JournalException with what to do
   */
  public static FileRotationJournal open(Path directory) {
    try {
      Files.createDirectories(directory);
      FileChannel lockChannel = lock(directory);
      try {
        return openLocked(directory, lockChannel);
      } catch (RuntimeException | IOException e) {
        lockChannel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new JournalException.Unwritable(
          "cannot open the journal in "
              + directory
              + " ("
              + e.getClass().getSimpleName()
              + "): make the directory writable for this user, or set journal.dir",
          e);
    }
  }

  private static FileChannel lock(Path directory) throws IOException {
    FileChannel lockChannel =
        FileChannel.open(
            directory.resolve(LOCK),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            PRIVATE);
    try {
      FileLock lock = lockChannel.tryLock();
      if (lock != null) {
        return lockChannel;
      }
    } catch (OverlappingFileLockException e) {
      log.atDebug().addKeyValue("dir", directory).log("journal is open in this process");
    }
    lockChannel.close();
    throw new JournalException.InUse(
        "another agent uses the journal in "
            + directory
            + ": stop it, or give this one its own journal.dir");
  }

  private static FileRotationJournal openLocked(Path directory, FileChannel lockChannel)
      throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      create(directory, file);
    }
    byte[] bytes = Files.readAllBytes(file);
    JournalFormat.Contents contents = JournalFormat.read(file, bytes);
    FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
    if (contents.goodBytes() < bytes.length) {
      log.atWarn()
          .addKeyValue("file", file)
          .addKeyValue("bytes", bytes.length - contents.goodBytes())
          .log("cut a record off the journal that a crash had torn");
      channel.truncate(contents.goodBytes());
      channel.force(true);
    }
    channel.position(contents.goodBytes());
    return new FileRotationJournal(file, lockChannel, channel, contents);
  }

  /** The header is complete from the first moment that the file has its name. */
  private static void create(Path directory, Path file) throws IOException {
    Path temporary = directory.resolve(FILE + ".new");
    Files.deleteIfExists(temporary);
    try (FileChannel fresh =
        FileChannel.open(
            temporary, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), PRIVATE)) {
      writeFully(fresh, JournalFormat.header());
      fresh.force(true);
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel parent = FileChannel.open(directory, StandardOpenOption.READ)) {
      parent.force(true);
    }
  }

  @Override
  public List<RotationEvent> recovered() {
    return recovered;
  }

  @Override
  public synchronized void append(RotationEvent event) {
    if (broken != null) {
      throw new JournalException.Unwritable(
          "the journal " + file + " failed before (" + broken + "): restart the agent", null);
    }
    ByteBuffer record = JournalFormat.record(EventCodec.encode(event));
    int size = record.remaining();
    try {
      writeFully(channel, record);
    } catch (IOException e) {
      cutBack();
      throw unwritable("write", e);
    }
    try {
      channel.force(false);
    } catch (IOException e) {
      broken = "sync";
      throw unwritable("sync", e);
    }
    length += size;
  }

  /** After a full disk the journal stays usable, so that it goes on when there is room again. */
  private void cutBack() {
    try {
      channel.truncate(length);
      channel.position(length);
    } catch (IOException e) {
      broken = "write";
      log.atError().addKeyValue("file", file).setCause(e).log("cannot cut back the journal");
    }
  }

  private JournalException.Unwritable unwritable(String what, IOException cause) {
    return new JournalException.Unwritable(
        "cannot "
            + what
            + " the journal "
            + file
            + ": no rotation goes on until there is room and the disk works",
        cause);
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public synchronized void close() {
    broken = "closed";
    try (lockChannel;
        channel) {
      channel.force(false);
    } catch (IOException e) {
      log.atWarn().addKeyValue("file", file).setCause(e).log("closing the journal failed");
    }
  }
}
