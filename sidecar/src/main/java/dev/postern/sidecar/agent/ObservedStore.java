package dev.postern.sidecar.agent;

import dev.postern.RotationId;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.sidecar.metrics.CallMeters;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.Look;
import dev.postern.store.SecretHead;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCapabilities;
import dev.postern.store.StoredSecret;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** A store whose calls are measured. */
final class ObservedStore implements SecretStore {
  private final SecretStore store;
  private final CallMeters calls;

  ObservedStore(SecretStore store, CallMeters calls) {
    this.store = store;
    this.calls = calls;
  }

  private <T> T observed(String operation, Supplier<T> call) {
    return calls.time(store.name(), operation, call);
  }

  private void observed(String operation, Runnable call) {
    observed(
        operation,
        () -> {
          call.run();
          return operation;
        });
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
  public Map<SecretPath, Look> look(Set<SecretPath> paths) {
    return observed("look", () -> store.look(paths));
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
