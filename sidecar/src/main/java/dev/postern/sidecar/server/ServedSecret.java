package dev.postern.sidecar.server;

import dev.postern.serving.SecretCatalog;
import dev.postern.serving.SecretDefinition;
import dev.postern.serving.ServedVersion;
import dev.postern.serving.ServingState;
import dev.postern.sidecar.http.PreparedReply;
import io.netty.buffer.ByteBuf;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One secret as the event loop sees it: the answers prepared for this state and second, and who
 * waits for the next version. Lives on the event loop.
 */
final class ServedSecret {
  private static final int ATTEMPTS = 3;

  private final SecretCatalog catalog;
  private final InstantSource time;
  private final SecretDefinition definition;
  private final Map<String, PreparedReply> fields = new HashMap<>();
  private final Set<LongPoll> waiting = new LinkedHashSet<>();
  private final AtomicBoolean changeQueued = new AtomicBoolean();
  private final AtomicBoolean rejectionRunning = new AtomicBoolean();

  private @Nullable PreparedReply json;
  private @Nullable ByteBuf event;
  private @Nullable ServingState preparedFor;
  private long preparedAt;

  ServedSecret(SecretCatalog catalog, InstantSource time, SecretDefinition definition) {
    this.catalog = catalog;
    this.time = time;
    this.definition = definition;
  }

  SecretDefinition definition() {
    return definition;
  }

  ServingState state() {
    return catalog.state(definition.name());
  }

  /** What may be served now, or empty: see {@link #state()} for why. */
  Optional<ServedVersion> served() {
    return state() instanceof ServingState.Holding holding && !expired(holding)
        ? Optional.of(holding.served())
        : Optional.empty();
  }

  /** The version that is served now, or nothing. */
  String versionId() {
    return served().map(served -> served.version().id()).orElse("");
  }

  boolean expired(ServingState.Holding holding) {
    return holding.expired(time.instant(), definition.maxStale());
  }

  /**
   * The prepared answer with all fields. Good until the event loop's next task.
   *
   * @param current the state it must show
   */
  PreparedReply json(ServingState.Holding current) throws SecretPage.NotTextException {
    freshen(current);
    PreparedReply reply = json;
    if (reply == null) {
      reply = SecretPage.json(definition, current, Instant.ofEpochSecond(preparedAt));
      json = reply;
    }
    return reply;
  }

  /** The prepared answer with one field, which the version must have. */
  PreparedReply field(ServingState.Holding current, String name) {
    freshen(current);
    return fields.computeIfAbsent(name, wanted -> SecretPage.bare(current.served(), wanted));
  }

  /**
   * The event that tells watchers of this version, made once for all of them between two changes;
   * the caller's to release.
   */
  ByteBuf event(ServedVersion served) {
    ByteBuf prepared = event;
    if (prepared == null) {
      prepared = Watch.event(served);
      event = prepared;
    }
    return prepared.retainedDuplicate();
  }

  /** Prepared answers show ages in seconds, so they are good for one second and one state. */
  @SuppressWarnings("ReferenceEquality") // A snapshot that is equal but another one is rare.
  private void freshen(ServingState.Holding current) {
    long second = Math.floorDiv(time.millis(), 1000L);
    if (current != preparedFor || second != preparedAt) {
      forgetPrepared();
      preparedFor = current;
      preparedAt = second;
    }
  }

  /**
   * Runs a rendering against the latest state; again with a newer state if the values of the first
   * were wiped meanwhile.
   */
  <R> R rendering(Rendering<R> rendering) throws SecretPage.NotTextException {
    for (int attempt = 1; ; attempt++) {
      try {
        return rendering.render(state());
      } catch (IllegalStateException wiped) {
        if (attempt == ATTEMPTS) {
          throw wiped;
        }
      }
    }
  }

  /** Something made of one state. */
  @FunctionalInterface
  interface Rendering<R> {
    R render(ServingState state) throws SecretPage.NotTextException;
  }

  /** Gives back the memory of all prepared answers; writes under way keep theirs. */
  void forgetPrepared() {
    PreparedReply old = json;
    json = null;
    if (old != null) {
      old.release();
    }
    ByteBuf told = event;
    event = null;
    if (told != null) {
      told.release();
    }
    fields.values().forEach(PreparedReply::release);
    fields.clear();
    preparedFor = null;
  }

  void await(LongPoll poll) {
    waiting.add(poll);
  }

  void forget(LongPoll poll) {
    waiting.remove(poll);
  }

  /** A copy, because those that are answered leave. */
  Set<LongPoll> waiting() {
    return new LinkedHashSet<>(waiting);
  }

  /** Whether the caller is the one to tell the event loop of a change; from any thread. */
  boolean claimChange() {
    return changeQueued.compareAndSet(false, true);
  }

  void changeArrived() {
    changeQueued.set(false);
  }

  /** Whether no other rejection is being looked into; from any thread. */
  boolean claimRejection() {
    return rejectionRunning.compareAndSet(false, true);
  }

  void rejectionDone() {
    rejectionRunning.set(false);
  }
}
