package dev.postern.journal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal as one file in a directory of its own, locked against a second agent.
 *
 * <p>What is recorded together is one {@code write} and one {@code fsync}. After a failed write the
 * file is cut back to its last sound length; after a failed sync nothing is known about the disk's
 * contents, so the journal stays closed for writing until a restart reads it anew.
 *
 * <p>Written through a {@link RandomAccessFile}, not a channel: a channel is closed for good when
 * the thread that uses it is interrupted, and one stopped rotation would take the journal from all.
 */
public final class FileRotationJournal implements RotationJournal {
  private static final Logger log = LoggerFactory.getLogger(FileRotationJournal.class);
  private static final String FILE = "rotations.journal";
  private static final String LOCK = "rotations.lock";
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /**
   * The directories that this process has open. Asked before the lock file is touched: the kernel
   * drops all locks of a process on a file as soon as the process closes it anywhere.
   */
  private static final Set<Path> OPEN_HERE = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final Path file;
  private final FileChannel lockChannel;
  private final RandomAccessFile writer;
  private List<RotationEvent> recovered;
  private long length;
  private @Nullable String broken;

  private FileRotationJournal(
      Path directory,
      FileChannel lockChannel,
      RandomAccessFile writer,
      JournalFormat.Contents contents) {
    this.directory = directory;
    this.file = directory.resolve(FILE);
    this.lockChannel = lockChannel;
    this.writer = writer;
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
      return openOnce(directory.toRealPath());
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

  private static FileRotationJournal openOnce(Path directory) throws IOException {
    if (!OPEN_HERE.add(directory)) {
      throw inUse(directory);
    }
    try {
      FileChannel lockChannel = lock(directory);
      try {
        return openLocked(directory, lockChannel);
      } catch (RuntimeException | IOException e) {
        lockChannel.close();
        throw e;
      }
    } catch (RuntimeException | IOException e) {
      OPEN_HERE.remove(directory);
      throw e;
    }
  }

  private static FileChannel lock(Path directory) throws IOException {
    FileChannel lockChannel =
        FileChannel.open(
            directory.resolve(LOCK),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            PRIVATE);
    if (lockChannel.tryLock() != null) {
      return lockChannel;
    }
    lockChannel.close();
    throw inUse(directory);
  }

  private static JournalException.InUse inUse(Path directory) {
    return new JournalException.InUse(
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
    RandomAccessFile writer = new RandomAccessFile(file.toFile(), "rw");
    if (contents.goodBytes() < bytes.length) {
      log.atWarn()
          .addKeyValue("file", file)
          .addKeyValue("bytes", bytes.length - contents.goodBytes())
          .log("cut a record off the journal that a crash had torn");
      writer.setLength(contents.goodBytes());
      writer.getFD().sync();
    }
    writer.seek(contents.goodBytes());
    return new FileRotationJournal(directory, lockChannel, writer, contents);
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
  public synchronized List<RotationEvent> recovered() {
    List<RotationEvent> handedOut = recovered;
    recovered = List.of();
    return handedOut;
  }

  @Override
  public synchronized void append(List<RotationEvent> events) {
    if (broken != null) {
      throw new JournalException.Unwritable(
          "the journal " + file + " failed before (" + broken + "): restart the agent", null);
    }
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    events.forEach(event -> records.writeBytes(JournalFormat.record(EventCodec.encode(event))));
    try {
      writer.write(records.toByteArray());
    } catch (IOException e) {
      cutBack();
      throw unwritable("write", e);
    }
    try {
      writer.getFD().sync();
    } catch (IOException e) {
      broken = "sync";
      throw unwritable("sync", e);
    }
    length += records.size();
  }

  /** After a full disk the journal stays usable, so that it goes on when there is room again. */
  private void cutBack() {
    try {
      writer.setLength(length);
      writer.seek(length);
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
    if ("closed".equals(broken)) {
      return;
    }
    broken = "closed";
    try (lockChannel) {
      writer.close();
    } catch (IOException e) {
      log.atWarn().addKeyValue("file", file).setCause(e).log("closing the journal failed");
    }
    OPEN_HERE.remove(directory);
  }
}
