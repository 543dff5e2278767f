package dev.postern.store.local;

import dev.postern.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The encrypted file and its decrypted content, which is kept until the file changes. Thread-safe.
 * Readers take no lock of the file's, because the file is only ever replaced whole.
 */
final class LocalFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalFile.class);
  private static final String WHAT = "local store";
  private static final long LARGEST = 16L << 20;

  /**
   * A file time is coarse: two writes within one tick can leave the same time and size, and even
   * the same inode. A file read so soon after its last write is read again (as git does).
   */
  private static final Duration SETTLED = Duration.ofMillis(100);

  private final LocalConfig config;
  private final AgeIdentity identity;
  private final AgeCipher cipher;
  private final DurableReplace replace;

  /** Guards the fields below. Held while the file is read, so that one thread decrypts, not all. */
  private final ReentrantLock memory = new ReentrantLock();

  private @Nullable LocalDocument cached;
  private @Nullable Stamp stamp;
  private volatile boolean closed;

  private LocalFile(LocalConfig config, AgeIdentity identity, DurableReplace replace) {
    this.config = config;
    this.identity = identity;
    this.cipher = new AgeCipher(identity);
    this.replace = replace;
  }

  /** Opens a store that exists, and reads it once. */
  static LocalFile open(LocalConfig config, DurableReplace.Observer observer) {
    LocalFile file = new LocalFile(config, AgeIdentity.read(config), new DurableReplace(observer));
    boolean opened = false;
    try {
      file.read(document -> document.secrets().size());
      file.sweep();
      opened = true;
      return file;
    } finally {
      if (!opened) {
        file.close();
      }
    }
  }

  LocalConfig config() {
    return config;
  }

  /** Makes an empty store; the file must not exist. */
  static void create(LocalConfig config) {
    Path file = config.file();
    try (StoreLock _ = StoreLock.acquire(file, config.deadline());
        AgeIdentity identity = AgeIdentity.read(config);
        LocalDocument empty = new LocalDocument()) {
      if (Files.exists(file)) {
        throw LocalErrors.alreadyThere(WHAT, file);
      }
      byte[] encrypted = encrypt(new AgeCipher(identity), empty);
      new DurableReplace(DurableReplace.NOBODY).replace(file, encrypted);
    } catch (IOException e) {
      throw LocalErrors.writing(WHAT, file, e);
    }
  }

  /**
   * @param reader takes copies of what it needs, and keeps no part of the document
   */
  <T> T read(Function<LocalDocument, T> reader) {
    memory.lock();
    try {
      return reader.apply(fresh());
    } finally {
      memory.unlock();
    }
  }

  /**
   * Changes what the file holds now, whoever wrote it, as one step. When the change throws, or the
   * file cannot be written, the file and what readers see stay as they were.
   */
  <T> T update(Function<LocalDocument, Outcome<T>> change) {
    requireOpen();
    Path real = real();
    try (StoreLock _ = StoreLock.acquire(real, config.deadline())) {
      Stamp before = stamp(real);
      LocalDocument document = load(real);
      boolean kept = false;
      try {
        Outcome<T> outcome = change.apply(document);
        if (outcome.changed()) {
          save(real, document);
        }
        keep(document, outcome.changed() ? stamp(real) : before);
        kept = true;
        return outcome.result();
      } finally {
        if (!kept) {
          document.close();
        }
      }
    }
  }

  @Override
  public void close() {
    memory.lock();
    try {
      closed = true;
      if (cached != null) {
        cached.close();
        cached = null;
      }
      identity.close();
    } finally {
      memory.unlock();
    }
  }

  private LocalDocument fresh() {
    requireOpen();
    Path file = config.file();
    Stamp now = stamp(file);
    LocalDocument known = cached;
    if (known != null && stamp != null && stamp.settled() && stamp.sameFileAs(now)) {
      return known;
    }
    LocalDocument loaded = load(file);
    keep(loaded, now);
    return loaded;
  }

  private void keep(LocalDocument document, Stamp at) {
    memory.lock();
    try {
      requireOpen();
      if (cached != null) {
        cached.close();
      }
      cached = document;
      stamp = at;
    } finally {
      memory.unlock();
    }
  }

  private LocalDocument load(Path file) {
    byte[] encrypted;
    try {
      if (Files.size(file) > LARGEST) {
        throw new StoreException.Malformed(
            "%s %s is larger than %d bytes".formatted(WHAT, file, LARGEST));
      }
      encrypted = Files.readAllBytes(file);
    } catch (IOException e) {
      throw missing(file, e);
    }
    try (AgeCipher.Plain plain = cipher.decrypt(encrypted, file)) {
      return plain.parse();
    } catch (DocumentFormatException e) {
      throw new StoreException.Malformed(
          "%s %s cannot be used: %s; it was not changed".formatted(WHAT, file, e.getMessage()));
    }
  }

  private void save(Path file, LocalDocument document) {
    byte[] encrypted = encrypt(cipher, document);
    try {
      replace.replace(file, encrypted);
    } catch (IOException e) {
      throw LocalErrors.writing(WHAT, file, e);
    }
  }

  private static byte[] encrypt(AgeCipher cipher, LocalDocument document) {
    try (WipedOutput plain = new WipedOutput()) {
      DocumentWriter.write(document, plain);
      return cipher.encrypt(plain.written());
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
  }

  /** Whoever holds the lock is the only writer, so any temporary file there is a dead one's. */
  private void sweep() {
    Path real = real();
    try {
      if (DurableReplace.leftovers(real).isEmpty()) {
        return;
      }
      try (StoreLock _ = StoreLock.acquire(real, config.deadline())) {
        for (Path leftover : DurableReplace.leftovers(real)) {
          Files.deleteIfExists(leftover);
        }
      }
    } catch (IOException | StoreException e) {
      // A reader without the right to write must still be able to read.
      LOG.atWarn()
          .addKeyValue("store", config.name())
          .log("a temporary file that a dead process left could not be removed");
    }
  }

  private Path real() {
    try {
      return config.file().toRealPath();
    } catch (IOException e) {
      throw missing(config.file(), e);
    }
  }

  private Stamp stamp(Path file) {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      FileTime modified = now.lastModifiedTime();
      boolean settled = System.currentTimeMillis() - modified.toMillis() > SETTLED.toMillis();
      return new Stamp(modified, now.size(), String.valueOf(now.fileKey()), settled);
    } catch (IOException e) {
      throw missing(file, e);
    }
  }

  private StoreException missing(Path file, IOException failure) {
    return LocalErrors.reading(
        WHAT, file, "make one with " + config.initCommand() + " or restore it", failure);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("store " + config.name() + " was closed");
    }
  }

  /** What a change returns, and whether the file must be written. */
  record Outcome<T>(T result, boolean changed) {
    static <T> Outcome<T> changed(T result) {
      return new Outcome<>(result, true);
    }

    static <T> Outcome<T> unchanged(T result) {
      return new Outcome<>(result, false);
    }
  }

  private record Stamp(FileTime modified, long size, String inode, boolean settled) {
    boolean sameFileAs(Stamp other) {
      return modified.equals(other.modified) && size == other.size && inode.equals(other.inode);
    }
  }
}
