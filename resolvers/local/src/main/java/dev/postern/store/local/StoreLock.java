package dev.postern.store.local;

import dev.postern.store.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Held around read, change and write: one writer at a time, among all processes that use the file.
 * The lock is on {@code <file>.lock}, because the file itself is replaced; that file stays.
 */
final class StoreLock implements AutoCloseable {
  /**
   * POSIX locks belong to the process: closing any channel to the lock file gives them all up. So
   * that two stores on one file in one process cannot do that to each other, each first takes the
   * lock of this process for that file.
   */
  private static final Map<Path, ReentrantLock> PROCESS = new ConcurrentHashMap<>();

  private static final long RETRY_NANOS = Duration.ofMillis(5).toNanos();

  private final ReentrantLock process;
  private final FileChannel channel;

  private StoreLock(ReentrantLock process, FileChannel channel) {
    this.process = process;
    this.channel = channel;
  }

  /**
   * @param file the real store file, no link
   * @throws StoreException.Unavailable when another writer holds on until the deadline
   */
  static StoreLock acquire(Path file, Duration deadline) {
    long giveUp = System.nanoTime() + deadline.toNanos();
    ReentrantLock process = PROCESS.computeIfAbsent(file, key -> new ReentrantLock());
    FileChannel channel = null;
    boolean held = false;
    try {
      if (!process.tryLock(deadline.toNanos(), TimeUnit.NANOSECONDS)) {
        throw busy(file, deadline);
      }
      channel = open(file);
      lock(channel, file, giveUp, deadline);
      held = true;
      return new StoreLock(process, channel);
    } catch (IOException e) {
      throw LocalErrors.writing("lock file of local store", file, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw busy(file, deadline);
    } finally {
      if (!held) {
        release(process, channel);
      }
    }
  }

  /** Which file is locked for a store's real file. */
  static Path fileOf(Path file) {
    return file.resolveSibling(file.getFileName() + ".lock");
  }

  @Override
  public void close() {
    release(process, channel);
  }

  private static void lock(FileChannel channel, Path file, long giveUp, Duration deadline)
      throws IOException {
    @Nullable FileLock lock = channel.tryLock();
    while (lock == null) {
      if (System.nanoTime() - giveUp > 0 || Thread.currentThread().isInterrupted()) {
        throw busy(file, deadline);
      }
      LockSupport.parkNanos(RETRY_NANOS);
      lock = channel.tryLock();
    }
  }

  private static FileChannel open(Path file) throws IOException {
    Path lockFile = fileOf(file);
    boolean isNew = !Files.exists(lockFile, LinkOption.NOFOLLOW_LINKS);
    FileChannel channel =
        FileChannel.open(
            lockFile,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            FileOwner.PRIVATE_FILE);
    if (isNew && Files.exists(file)) {
      FileOwner.adopt(lockFile, file);
    }
    return channel;
  }

  private static void release(ReentrantLock process, @Nullable FileChannel channel) {
    try {
      if (channel != null) {
        // Gives up the lock on the file as well.
        channel.close();
      }
    } catch (IOException e) {
      throw new StoreException.Unavailable("the lock of a local store could not be released", e);
    } finally {
      if (process.isHeldByCurrentThread()) {
        process.unlock();
      }
    }
  }

  private static StoreException.Unavailable busy(Path file, Duration deadline) {
    return new StoreException.Unavailable(
        "local store %s is being written by somebody else for longer than %d ms; try again"
            .formatted(file, deadline.toMillis()),
        null);
  }
}
