package dev.postern.serving;

import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.SecretHead;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import dev.postern.time.TimeSource;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One secret: its published state and the rules of what may replace what.
 *
 * <p>Readers see one volatile field. Writers (the store's loop and a rotation) hold the lock only
 * to swap it; the store is asked outside.
 */
final class ServedSecret implements AutoCloseable {

  /** A mark that the store shows on the current version. */
  record Flagged(Version version, CompromiseFlag flag) {}

  private final SecretDefinition definition;
  private final Consumer<SecretChange> announce;
  private final Set<Version> compromised = new HashSet<>();
  private final Set<Version> withdrawn = new HashSet<>();
  private volatile ServingState state = new ServingState.Empty(Optional.empty());

  /** Counts publications, so that a look at the store that began before one cannot undo it. */
  private long publications;

  private boolean closed;

  ServedSecret(SecretDefinition definition, Consumer<SecretChange> announce) {
    this.definition = definition;
    this.announce = announce;
  }

  SecretDefinition definition() {
    return definition;
  }

  ServingState state() {
    return state;
  }

  /**
   * Takes in what the store said, and closes the answer.
   *
   * @param begun the {@link #publications()} when the store was asked
   * @throws StoreException when the store failed, or what it holds cannot be served
   */
  Optional<Flagged> take(long begun, Answer answer, TimeSource time) {
    try {
      // No pattern switch: the JDK takes milliseconds for a first one, and the first secret waits.
      if (answer instanceof Answer.Failed failed) {
        throw failed.why();
      }
      if (answer instanceof Answer.Read read) {
        return take(begun, read.head(), Optional.of(read.stored()), time);
      }
      return take(begun, ((Answer.Seen) answer).head(), Optional.empty(), time);
    } finally {
      answer.discard();
    }
  }

  private Optional<Flagged> take(
      long begun, SecretHead head, Optional<StoredSecret> stored, TimeSource time) {
    Optional<CompromiseFlag> flag = head.flag().filter(mark -> mark.concerns(head.current()));
    if (isWithdrawn(head.current())) {
      failed(
          "the store's current version "
              + head.current()
              + " is known to be compromised and is not served: store a new value");
      return Optional.empty();
    }
    if (stored.isPresent() && !holds(head.current())) {
      boolean same = stored.get().version().equals(head.current());
      adopt(begun, stored.get(), flag.isPresent() && same, time);
    } else {
      confirm(begun, head.current(), flag.isPresent(), time.instant());
    }
    return flag.map(mark -> new Flagged(head.current(), mark));
  }

  /** How often it was published; to be known before the store is asked. */
  synchronized long publications() {
    return publications;
  }

  /** Whether the value must be read: the store has a version that could be served, and is not. */
  synchronized boolean wants(SecretHead head) {
    return !withdrawn.contains(head.current()) && !holds(head.current());
  }

  private synchronized boolean holds(Version version) {
    return state instanceof ServingState.Holding holding
        && holding.served().version().equals(version);
  }

  private synchronized boolean isWithdrawn(Version version) {
    return withdrawn.contains(version);
  }

  /** Renews the stamp of the version that is served already. */
  private void confirm(long begun, Version current, boolean flagged, Instant now) {
    SecretChange change;
    synchronized (this) {
      if (begun != publications
          || !(state instanceof ServingState.Holding holding)
          || !holding.served().version().equals(current)) {
        return;
      }
      boolean taint = flagged || compromised.contains(current);
      boolean changed = holding.served().tainted() != taint;
      state = new ServingState.Holding(holding.served().withTainted(taint), now, Optional.empty());
      if (!changed) {
        return;
      }
      change = new SecretChange(definition.name(), current, taint);
    }
    announce.accept(change);
  }

  private void adopt(long begun, StoredSecret stored, boolean flagged, TimeSource time) {
    requireFields(stored.fields());
    Instant now = time.instant();
    swap(
        new ServedVersion(
            definition.name(),
            stored.version(),
            flagged,
            stored.createdAt().orElse(now),
            served(stored.fields())),
        now,
        () -> begun == publications && !withdrawn.contains(stored.version()));
  }

  void publish(Version version, SecretFields fields, Instant createdAt, Instant now) {
    swap(
        new ServedVersion(definition.name(), version, false, createdAt, served(fields)),
        now,
        () -> true);
  }

  /** The condition is asked under the lock: what is read must not undo what came in meanwhile. */
  private void swap(ServedVersion next, Instant now, BooleanSupplier still) {
    SecretChange change;
    Optional<SecretFields> replaced;
    synchronized (this) {
      if (closed || !still.getAsBoolean()) {
        next.fields().close();
        return;
      }
      publications++;
      replaced =
          state instanceof ServingState.Holding holding
              ? Optional.of(holding.served().fields())
              : Optional.empty();
      boolean taint = next.tainted() || compromised.contains(next.version());
      state = new ServingState.Holding(next.withTainted(taint), now, Optional.empty());
      change = new SecretChange(definition.name(), next.version(), taint);
    }
    announce.accept(change);
    replaced.ifPresent(SecretFields::close);
  }

  void taint(Version version) {
    SecretChange change;
    synchronized (this) {
      compromised.add(version);
      if (!(state instanceof ServingState.Holding holding)
          || !holding.served().version().equals(version)
          || holding.served().tainted()) {
        return;
      }
      state =
          new ServingState.Holding(
              holding.served().withTainted(true), holding.confirmedAt(), holding.problem());
      change = new SecretChange(definition.name(), version, true);
    }
    announce.accept(change);
  }

  synchronized void withdraw(Version version) {
    withdrawn.add(version);
  }

  /** Keeps what is held, with its old stamp. Returns whether the problem is a new one. */
  synchronized boolean failed(String problem) {
    if (closed) {
      return false;
    }
    boolean news = !state.problem().equals(Optional.of(problem));
    state =
        switch (state) {
          case ServingState.Empty empty -> new ServingState.Empty(Optional.of(problem));
          case ServingState.Holding holding ->
              new ServingState.Holding(
                  holding.served(), holding.confirmedAt(), Optional.of(problem));
        };
    return news;
  }

  private void requireFields(SecretFields stored) {
    for (String field : definition.kind().fields()) {
      if (stored.field(field).isEmpty()) {
        throw new StoreException.Malformed(
            "the value at "
                + definition.path()
                + " in store "
                + definition.store().name()
                + " has no field "
                + field
                + ", which kind "
                + definition.kind().wireName()
                + " needs: add it to the store");
      }
    }
  }

  /** Consumers get the kind's own fields; what else the store keeps beside them is not theirs. */
  private SecretFields served(SecretFields stored) {
    List<String> fields = definition.kind().fields();
    return stored.copy(name -> fields.isEmpty() || fields.contains(name));
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (state instanceof ServingState.Holding holding) {
      holding.served().fields().close();
    }
    state = new ServingState.Empty(Optional.of("the agent is stopping"));
  }
}
