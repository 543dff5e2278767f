package dev.postern.store.contract;

import dev.postern.SecretFields;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCapabilities;
import dev.postern.store.contract.MemoryStore.Trouble;
import java.time.Duration;

/** The reference store's backend, with a flaw or without one. */
final class MemoryFixture implements StoreFixture {
  private final MemoryBackend backend = new MemoryBackend();
  private final Flaw flaw;
  private final boolean readOnly;
  private int paths;

  MemoryFixture(Flaw flaw, boolean readOnly) {
    this.flaw = flaw;
    this.readOnly = readOnly;
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public StoreCapabilities capabilities() {
    return readOnly ? StoreCapabilities.readOnly() : MemoryStore.FULL;
  }

  @Override
  public SecretPath unusedPath() {
    return new SecretPath("mail/secret-" + ++paths);
  }

  @Override
  public void seed(SecretPath path, SecretFields fields) {
    backend.seed(path, fields, flaw);
  }

  @Override
  public SecretStore open() {
    return open(Trouble.NONE);
  }

  @Override
  public Opening denied() {
    return new Opening.Possible(() -> open(Trouble.REFUSED));
  }

  @Override
  public Opening unreachable() {
    return new Opening.Possible(() -> open(Trouble.UNREACHABLE));
  }

  @Override
  public Duration patience() {
    return Duration.ofSeconds(1);
  }

  @Override
  public void close() {}

  private SecretStore open(Trouble trouble) {
    return new MemoryStore(backend, flaw, trouble, readOnly);
  }
}
