package dev.postern.serving;

import dev.postern.SecretFields;
import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.SecretStore;
import dev.postern.time.TimeSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the served values fresh: one loop for each store looks at it for all secrets that are read
 * from it, so a store that hangs delays its own secrets only, and a thousand secrets need no
 * thousand threads.
 *
 * <p>What may go wrong with a store is met here, once for all stores: every call has a deadline; a
 * secret is asked for by one call at a time; while a store fails, it is asked no more often than in
 * health, and after several failures by one call at a time; what it says about when to come back is
 * heeded. The last value is kept, with the time at which it was last confirmed, and is never
 * stamped as fresh.
 */
public final class SecretServing implements SecretCatalog, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SecretServing.class);

  private final TimeSource time;
  private final Map<SecretName, ServedSecret> secrets = new TreeMap<>();
  private final List<Consumer<SecretChange>> listeners = new CopyOnWriteArrayList<>();
  private final List<StoreLoop> loops = new ArrayList<>();
  private final Map<SecretName, Place> places = new HashMap<>();
  private volatile FlagListener flagListener = (name, version, flag) -> {};

  private record Place(StoreLoop loop, Turn turn) {}

  public SecretServing(List<SecretDefinition> definitions, TimeSource time) {
    this.time = time;
    IdentityHashMap<SecretStore, List<ServedSecret>> byStore = new IdentityHashMap<>();
    for (SecretDefinition definition : definitions) {
      ServedSecret secret = new ServedSecret(definition, this::announce);
      secrets.put(definition.name(), secret);
      byStore.computeIfAbsent(definition.store(), store -> new ArrayList<>()).add(secret);
    }
    byStore.forEach(this::loop);
  }

  private void loop(SecretStore store, List<ServedSecret> read) {
    StoreLoop loop =
        new StoreLoop(
            store, read, time, (name, version, flag) -> flagListener.flagged(name, version, flag));
    loops.add(loop);
    for (Turn turn : loop.turns()) {
      places.put(turn.secret.definition().name(), new Place(loop, turn));
    }
  }

  /** Reads every secret once, all stores at the same time, then goes on in the background. */
  public void start(FlagListener listener) {
    flagListener = listener;
    loops.forEach(StoreLoop::start);
  }

  @Override
  public List<SecretDefinition> definitions() {
    return secrets.values().stream().map(ServedSecret::definition).toList();
  }

  @Override
  public Optional<SecretDefinition> definition(SecretName name) {
    return Optional.ofNullable(secrets.get(name)).map(ServedSecret::definition);
  }

  @Override
  public ServingState state(SecretName name) {
    return secret(name).state();
  }

  @Override
  public List<StoreCondition> stores() {
    return loops.stream()
        .map(StoreLoop::condition)
        .sorted(Comparator.comparing(StoreCondition::store))
        .toList();
  }

  @Override
  public Subscription subscribe(Consumer<SecretChange> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** Serves a version that the caller has just made current in the store. The fields are copied. */
  public void publish(SecretName name, Version version, SecretFields fields, Instant createdAt) {
    secret(name).publish(version, fields, createdAt, time.instant());
  }

  /** Marks a version as compromised: it is still served, marked so, until it is withdrawn. */
  public void taint(SecretName name, Version version) {
    secret(name).taint(version);
  }

  /** Never serves this version again, whatever the store says is current. */
  public void withdraw(SecretName name, Version version) {
    secret(name).withdraw(version);
  }

  /** Looks at the store soon, without waiting for the next turn. */
  public void refreshSoon(SecretName name) {
    Place place = place(name);
    place.loop.soon(place.turn);
  }

  /**
   * Asks the store now, for somebody who waits for what comes of it: version and value at the same
   * time. Those who ask at the same time share one call, which begins after they asked. While the
   * store is known to be away, one such call per second is tried.
   *
   * <p>Blocks until the store has answered, or its deadline has passed; before the start, until
   * then.
   *
   * @throws NoSuchElementException when the config has no such secret
   */
  public RefreshOutcome refresh(SecretName name) {
    Place place = place(name);
    return place.loop.wish(place.turn).join();
  }

  /** A rotation of it begins or has ended; between the two, it is looked at more often. */
  public void rotationRuns(SecretName name, boolean runs) {
    Place place = place(name);
    place.loop.rotationRuns(place.turn, runs);
  }

  private Place place(SecretName name) {
    return found(places.get(name), name);
  }

  ServedSecret secret(SecretName name) {
    return found(secrets.get(name), name);
  }

  private static <T> T found(@Nullable T found, SecretName name) {
    if (found == null) {
      throw new NoSuchElementException("no secret is called " + name);
    }
    return found;
  }

  TimeSource time() {
    return time;
  }

  /** How many wait for a refresh that has not begun; to be asked while the loops wait. */
  int wishes() {
    return loops.stream()
        .flatMap(loop -> loop.turns().stream())
        .mapToInt(t -> t.wishes.size())
        .sum();
  }

  /** Whether every loop waits for its next turn; to be asked while they wait. */
  boolean rests() {
    return loops.stream().allMatch(StoreLoop::rests);
  }

  /** The same of the loop of one store, whatever the others wait for. */
  boolean rests(String store) {
    return loops.stream()
        .filter(loop -> loop.condition().store().equals(store))
        .allMatch(StoreLoop::rests);
  }

  private void announce(SecretChange change) {
    for (Consumer<SecretChange> listener : listeners) {
      try {
        listener.accept(change);
      } catch (RuntimeException e) {
        log.atError()
            .addKeyValue("secret", change.name())
            .setCause(e)
            .log("a listener failed on a change");
      }
    }
  }

  /** Stops looking and wipes every value. */
  @Override
  public void close() {
    loops.forEach(StoreLoop::close);
    secrets.values().forEach(ServedSecret::close);
  }

  /** Told about each compromised mark found in a store, at every look while it stands. */
  @FunctionalInterface
  public interface FlagListener {
    /** Called on a thread of its own, for one secret once at a time; may block. */
    void flagged(SecretName name, Version version, CompromiseFlag flag);
  }
}
