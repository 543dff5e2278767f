package dev.postern.serving;

import dev.postern.SecretFields;
import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.StoreException;
import dev.postern.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the served values fresh: one virtual thread per secret looks at its store, so looks at one
 * secret never overlap, and a store that hangs delays its own secrets only.
 *
 * <p>While a store fails, it is asked no more often than in health; the last value is kept, with
 * the time at which it was last confirmed, and is never stamped as fresh.
 */
public final class SecretServing implements SecretCatalog, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SecretServing.class);

  /** The longest that a store's wish to be left alone is honoured. */
  private static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(5);

  private final TimeSource time;
  private final Map<SecretName, ServedSecret> secrets = new TreeMap<>();
  private final List<Consumer<SecretChange>> listeners = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();

  public SecretServing(List<SecretDefinition> definitions, TimeSource time) {
    this.time = time;
    for (SecretDefinition definition : definitions) {
      secrets.put(definition.name(), new ServedSecret(definition, this::announce));
    }
  }

  /** Reads every secret once, all at the same time, then goes on looking in the background. */
  public void start(FlagListener flagListener) {
    for (ServedSecret secret : secrets.values()) {
      threads.add(
          Thread.ofVirtual()
              .name("refresh-" + secret.definition().name())
              .start(() -> run(secret, flagListener)));
    }
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
    secret(name).wanted().raise();
  }

  private ServedSecret secret(SecretName name) {
    ServedSecret secret = secrets.get(name);
    if (secret == null) {
      throw new NoSuchElementException("no secret is called " + name);
    }
    return secret;
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

  private void run(ServedSecret secret, FlagListener flagListener) {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        long seen = secret.wanted().seen();
        Duration pause = refresh(secret, flagListener);
        time.await(secret.wanted(), seen, time.instant().plus(pause));
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  /** One look at the store; returns how long to leave it alone. */
  private Duration refresh(ServedSecret secret, FlagListener flagListener) {
    SecretDefinition definition = secret.definition();
    try {
      secret
          .refresh(time)
          .ifPresent(
              flagged ->
                  flagListener.flagged(definition.name(), flagged.version(), flagged.flag()));
      return jittered(definition.refresh(), 0.8, 1.0);
    } catch (StoreException e) {
      if (secret.failed(e.getMessage())) {
        log.atWarn()
            .addKeyValue("secret", definition.name())
            .addKeyValue("store", definition.store().name())
            .addKeyValue("problem", e.getMessage())
            .log("cannot refresh; the last value stays until it is too old");
      }
      Duration asked = e.retryAfter().orElse(Duration.ZERO);
      Duration bounded = asked.compareTo(LONGEST_BACK_OFF) > 0 ? LONGEST_BACK_OFF : asked;
      Duration pause = jittered(definition.refresh(), 1.0, 1.5);
      return bounded.compareTo(pause) > 0 ? bounded : pause;
    } catch (RuntimeException bug) {
      secret.failed("an error inside the agent; its log has the details");
      log.atError()
          .addKeyValue("secret", definition.name())
          .setCause(bug)
          .log("refreshing failed by a fault of the agent");
      return jittered(definition.refresh(), 1.0, 1.5);
    }
  }

  private static Duration jittered(Duration base, double least, double most) {
    double factor = ThreadLocalRandom.current().nextDouble(least, most);
    return Duration.ofNanos((long) (base.toNanos() * factor));
  }

  /** Stops looking and wipes every value. */
  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
    secrets.values().forEach(ServedSecret::close);
  }

  /** Told about each compromised mark found in a store, at every look while it stands. */
  @FunctionalInterface
  public interface FlagListener {
    /** Called on the refreshing thread; may block for a store call, not longer. */
    void flagged(SecretName name, Version version, CompromiseFlag flag);
  }
}
