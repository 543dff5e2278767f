package dev.postern.store.vault;

import dev.postern.RotationId;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import java.util.Optional;

/**
 * The successor that waits at the path beside the secret.
 *
 * <p>It is written with the check-and-set number of what was there before: zero the first time, and
 * else that of the one destroyed last. Removing means to <em>destroy</em> that one version, and not
 * to delete the path with its metadata: the latter has no check-and-set, so that a delete which
 * arrives late, after its caller gave up waiting, would take away what another rotation staged
 * since. Numbers are never given out twice this way.
 */
final class KvPending {
  private static final String PREFIX = "pending:";

  private final KvEngine engine;
  private final String suffix;

  KvPending(KvEngine engine, String suffix) {
    this.engine = engine;
    this.suffix = suffix;
  }

  static boolean isPending(Version version) {
    return version.id().startsWith(PREFIX);
  }

  /**
   * @return the caller's to close
   */
  Optional<StoredSecret> read(VaultCall call, KvPath path, String what) {
    return engine.read(call, beside(path), what) instanceof KvRead.Live live
        ? Optional.of(live.handOut(version(live)))
        : Optional.empty();
  }

  Version stage(
      VaultCall call, KvPath path, RotationId rotation, SecretFields fields, String what) {
    int after;
    try (KvRead there = engine.read(call, beside(path), what)) {
      if (there instanceof KvRead.Live live) {
        return repeated(live, rotation, fields, what);
      }
      after = there.successorOf();
    }
    Optional<Integer> written = engine.write(call, beside(path), fields, rotation, after, what);
    if (written.isPresent()) {
      return version(written.get());
    }
    try (KvRead winner = engine.read(call, beside(path), what)) {
      if (winner instanceof KvRead.Live live) {
        return repeated(live, rotation, fields, what);
      }
      throw new StoreException.Conflict(
          what + ": another rotation staged and dropped in between; nothing was staged");
    }
  }

  /** Whether just this is what waits. */
  boolean holds(
      VaultCall call, KvPath path, RotationId rotation, SecretFields fields, String what) {
    try (KvRead there = engine.read(call, beside(path), what)) {
      if (!(there instanceof KvRead.Live live) || !live.madeBy(rotation)) {
        return false;
      }
      KvV2Store.requireSame(live.fields(), fields, what);
      return true;
    }
  }

  void drop(VaultCall call, KvPath path, RotationId rotation, String what) {
    try (KvRead there = engine.read(call, beside(path), what)) {
      if (there instanceof KvRead.Live live && live.madeBy(rotation)) {
        engine.destroy(call, beside(path), live.number(), what);
      }
    }
  }

  private Version repeated(
      KvRead.Live live, RotationId rotation, SecretFields fields, String what) {
    if (!live.madeBy(rotation)) {
      throw new StoreException.Conflict(
          "%s: %s is pending beside it, at …/%s; nothing was staged"
              .formatted(
                  what,
                  live.maker().map(maker -> "rotation " + maker).orElse("something put by hand"),
                  suffix));
    }
    KvV2Store.requireSame(live.fields(), fields, what);
    return version(live);
  }

  private KvPath beside(KvPath path) {
    return path.child(suffix);
  }

  /** Apart from the numbers of the secret itself, which begin at one as well. */
  private static Version version(KvRead.Live live) {
    return version(live.number());
  }

  private static Version version(int number) {
    return new Version(PREFIX + number);
  }
}
