package dev.postern.kubernetes;

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
import java.util.Optional;

/** What a rotator with a fault does in the store. */
record MutatedStore(SecretStore real, Mutant mutant) implements SecretStore {

  @Override
  public String name() {
    return real.name();
  }

  @Override
  public StoreCapabilities capabilities() {
    return real.capabilities();
  }

  @Override
  public SecretHead head(SecretPath path) {
    return real.head(path);
  }

  @Override
  public StoredSecret readCurrent(SecretPath path) {
    return real.readCurrent(path);
  }

  @Override
  public StoredSecret readVersion(SecretPath path, Version version) {
    return real.readVersion(path, version);
  }

  @Override
  public Optional<StoredSecret> readPending(SecretPath path) {
    return real.readPending(path);
  }

  @Override
  public Version stage(SecretPath path, RotationId rotation, SecretFields fields) {
    return real.stage(path, rotation, fields);
  }

  @Override
  public Version promote(
      SecretPath path, RotationId rotation, SecretFields fields, Version expected) {
    if (mutant == Mutant.LEAVES_WHAT_IT_GAVE_UP) {
      throw new StoreException.Conflict("so that there is something to give up");
    }
    Version promoted = real.promote(path, rotation, fields, expected);
    if (mutant == Mutant.PUTS_THE_OLD_VALUE_BACK) {
      RotationId back = RotationId.random();
      try (StoredSecret old = real.readVersion(path, expected)) {
        var _ = real.stage(path, back, old.fields());
        return real.promote(path, back, old.fields(), promoted);
      }
    }
    return promoted;
  }

  @Override
  public void dropPending(SecretPath path, RotationId rotation) {
    real.dropPending(path, rotation);
  }

  @Override
  public void flagCompromised(SecretPath path, CompromiseFlag flag) {
    real.flagCompromised(path, flag);
  }

  @Override
  public void unflagCompromised(SecretPath path) {
    real.unflagCompromised(path);
  }

  @Override
  public void check() {
    real.check();
  }

  @Override
  public void close() {
    real.close();
  }
}
