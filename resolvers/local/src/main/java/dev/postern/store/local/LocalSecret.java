package dev.postern.store.local;

import dev.postern.RotationId;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All versions of one secret. Its methods are the only legal moves. Owns its versions; confined to
 * whoever holds the document.
 */
final class LocalSecret implements AutoCloseable {
  /**
   * More than one, because a person's {@code local put} in the middle of a rotation must not push
   * out the version whose death that rotation still has to prove.
   */
  static final int PREVIOUS_KEPT = 3;

  private final Deque<LocalVersion> previous;
  private LocalVersion current;
  private @Nullable LocalVersion pending;
  private @Nullable CompromiseFlag flag;
  private long lastNumber;

  /** As read from the file. */
  LocalSecret(
      long lastNumber,
      LocalVersion current,
      @Nullable LocalVersion pending,
      List<LocalVersion> previous,
      @Nullable CompromiseFlag flag) {
    this.lastNumber = lastNumber;
    this.current = current;
    this.pending = pending;
    this.previous = new ArrayDeque<>(previous);
    this.flag = flag;
  }

  /** A new secret with its first version; takes over the fields. */
  static LocalSecret first(SecretFields fields, Instant now) {
    return new LocalSecret(
        1, new LocalVersion(1, fields, Optional.empty(), now), null, List.of(), null);
  }

  long lastNumber() {
    return lastNumber;
  }

  LocalVersion current() {
    return current;
  }

  Optional<LocalVersion> pending() {
    return Optional.ofNullable(pending);
  }

  /** Newest first. */
  List<LocalVersion> previous() {
    return List.copyOf(previous);
  }

  Optional<CompromiseFlag> flag() {
    return Optional.ofNullable(flag);
  }

  Optional<LocalVersion> find(Version wanted) {
    return all().filter(version -> version.version().equals(wanted)).findFirst();
  }

  /** Puts a successor beside the current version; takes over the fields. */
  LocalVersion stage(RotationId rotation, SecretFields fields, Instant now) {
    if (pending != null) {
      throw new IllegalStateException("a version is pending already");
    }
    LocalVersion staged = new LocalVersion(++lastNumber, fields, Optional.of(rotation), now);
    pending = staged;
    return staged;
  }

  /** Makes the pending version current under the number it has. */
  LocalVersion promotePending() {
    LocalVersion successor = pending;
    if (successor == null) {
      throw new IllegalStateException("no version is pending");
    }
    pending = null;
    succeedCurrent(successor);
    return successor;
  }

  void dropPending() {
    if (pending != null) {
      pending.close();
      pending = null;
    }
  }

  /** Replaces the current version by a person's; takes over the fields. */
  LocalVersion replaceCurrent(SecretFields fields, Instant now) {
    succeedCurrent(new LocalVersion(++lastNumber, fields, Optional.empty(), now));
    return current;
  }

  void mark(@Nullable CompromiseFlag newFlag) {
    flag = newFlag;
  }

  @Override
  public void close() {
    all().forEach(LocalVersion::close);
  }

  private void succeedCurrent(LocalVersion successor) {
    previous.addFirst(current);
    current = successor;
    while (previous.size() > PREVIOUS_KEPT) {
      previous.removeLast().close();
    }
  }

  private Stream<LocalVersion> all() {
    return Stream.concat(Stream.concat(Stream.of(current), pending().stream()), previous.stream());
  }
}
