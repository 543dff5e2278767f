package dev.postern.sidecar.agent;

import dev.postern.RotationId;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.SecretHead;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCapabilities;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** A store whose calls are measured. */
final class ObservedStore implements SecretStore {

  /** Told of each call, by the names of the metric's labels. */
  @FunctionalInterface
  interface Observer {
    void called(String store, String operation, String outcome, Duration took);
  }

  private final SecretStore store;
  private final Observer observer;

  ObservedStore(SecretStore store, Observer observer) {
    this.store = store;
    this.observer = observer;
  }

  private <T> T observed(String operation, Supplier<T> call) {
    long begun = System.nanoTime();
    String outcome = "error";
    try {
      T answer = call.get();
      outcome = "ok";
      return answer;
    } catch (StoreException e) {
      outcome = outcome(e);
      throw e;
    } finally {
      observer.called(
          store.name(), operation, outcome, Duration.ofNanos(System.nanoTime() - begun));
    }
  }

  private void observed(String operation, Runnable call) {
    observed(
        operation,
        () -> {
          call.run();
          return operation;
        });
  }

  private static String outcome(StoreException e) {
    return switch (e) {
      case StoreException.NotFound notFound -> "not_found";
      case StoreException.Denied denied -> "denied";
      case StoreException.Unavailable unavailable -> "unavailable";
      case StoreException.Throttled throttled -> "throttled";
      case StoreException.Malformed malformed -> "malformed";
      case StoreException.Conflict conflict -> "conflict";
      case StoreException.Unsupported unsupported -> "unsupported";
    };
  }

  @Override
  public String name() {
    return store.name();
  }

  @Override
  public StoreCapabilities capabilities() {
    return store.capabilities();
  }

  @Override
  public SecretHead head(SecretPath path) {
    return observed("head", () -> store.head(path));
  }

  @Override
  public StoredSecret readCurrent(SecretPath path) {
    return observed("read_current", () -> store.readCurrent(path));
  }

  @Override
  public StoredSecret readVersion(SecretPath path, Version version) {
    return observed("read_version", () -> store.readVersion(path, version));
  }

  @Override
  public Optional<StoredSecret> readPending(SecretPath path) {
    return observed("read_pending", () -> store.readPending(path));
  }

  @Override
  public Version stage(SecretPath path, RotationId rotation, SecretFields fields) {
    return observed("stage", () -> store.stage(path, rotation, fields));
  }

  @Override
  public Version promote(
      SecretPath path, RotationId rotation, SecretFields fields, Version expectedCurrent) {
    return observed("promote", () -> store.promote(path, rotation, fields, expectedCurrent));
  }

  @Override
  public void dropPending(SecretPath path, RotationId rotation) {
    observed("drop_pending", () -> store.dropPending(path, rotation));
  }

  @Override
  public void flagCompromised(SecretPath path, CompromiseFlag flag) {
    observed("flag", () -> store.flagCompromised(path, flag));
  }

  @Override
  public void unflagCompromised(SecretPath path) {
    observed("unflag", () -> store.unflagCompromised(path));
  }

  @Override
  public void check() {
    observed("check", store::check);
  }

  @Override
  public void close() {
    store.close();
  }
}
