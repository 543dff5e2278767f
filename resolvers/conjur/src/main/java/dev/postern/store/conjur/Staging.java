package dev.postern.store.conjur;

import dev.postern.RotationId;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.SecretPath;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import java.util.Arrays;
import java.util.Optional;

/** The variable beside a secret's own that holds its successor. */
final class Staging {
  private final String store;
  private final String suffix;
  private final ConjurApi api;
  private final Writer writer;

  Staging(String store, String suffix, ConjurApi api, Writer writer) {
    this.store = store;
    this.suffix = suffix;
    this.api = api;
    this.writer = writer;
  }

  /** What is pending, whoever staged it. */
  Optional<StoredSecret> read(SecretPath path, Deadline deadline) {
    try (Held held = held(path, deadline)) {
      return isNothing(held) ? Optional.empty() : Optional.of(PendingText.read(path, held));
    }
  }

  Version stage(SecretPath path, RotationId rotation, SecretFields fields, Deadline deadline) {
    api.describe(path.value(), deadline);
    byte[] text = PendingText.write(path, rotation, fields);
    try (Held there = held(path, deadline)) {
      if (there.holds(text)) {
        return PendingText.version(there.version());
      }
      if (!isNothing(there)) {
        throw new StoreException.Conflict(
            "store %s: another rotation's version, or another one of this rotation, is pending in"
                    .formatted(store)
                + " variable %s; nothing was staged".formatted(id(path)));
      }
      return PendingText.version(writer.overwrite(id(path), there.version(), text, deadline));
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }

  /** Does nothing when somebody else's is pending, or nothing. */
  void drop(SecretPath path, RotationId rotation, Deadline deadline) {
    try (Held there = held(path, deadline)) {
      if (!isNothing(there) && isOf(path, rotation, there)) {
        writer.overwrite(id(path), there.version(), PendingText.nothing(), deadline);
      }
    }
  }

  /**
   * @throws StoreException.NotFound when this rotation staged nothing
   * @throws StoreException.Conflict when it staged other fields
   */
  void require(SecretPath path, RotationId rotation, SecretFields fields, Deadline deadline) {
    byte[] text = PendingText.write(path, rotation, fields);
    try (Held there = held(path, deadline)) {
      if (there.holds(text)) {
        return;
      }
      if (!isNothing(there) && isOf(path, rotation, there)) {
        throw new StoreException.Conflict(
            "store %s: this rotation staged other fields in variable %s; nothing was changed"
                .formatted(store, id(path)));
      }
      throw new StoreException.NotFound(
          "store %s: rotation %s has nothing pending in variable %s; stage it first"
              .formatted(store, rotation, id(path)));
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }

  /** Version 0 and no text when there is none, or none that this host sees. */
  private Held held(SecretPath path, Deadline deadline) {
    int newest = api.find(id(path), deadline).map(Variable::version).orElse(0);
    return newest == 0 ? new Held(0, new byte[0]) : api.read(id(path), newest, deadline);
  }

  private static boolean isNothing(Held held) {
    return held.version() == 0 || PendingText.isNothing(held);
  }

  private static boolean isOf(SecretPath path, RotationId rotation, Held held) {
    try (StoredSecret pending = PendingText.read(path, held)) {
      return pending.rotation().filter(rotation::equals).isPresent();
    } catch (StoreException.Malformed e) {
      return false;
    }
  }

  private String id(SecretPath path) {
    return path.value() + suffix;
  }
}
