package dev.postern.store.vault;

import dev.postern.RotationId;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.checkup.Check;
import dev.postern.checkup.Endpoint;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.SecretHead;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCapabilities;
import dev.postern.store.StoreCheckup;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The port on top of a versioned key-value engine. */
final class KvV2Store implements SecretStore, StoreCheckup {
  /** Ten versions are kept unless the engine or the secret is configured otherwise. */
  private static final int PREVIOUS_KEPT = 9;

  private static final StoreCapabilities CAPABILITIES =
      new StoreCapabilities(true, true, true, true, PREVIOUS_KEPT);

  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

  private final VaultConnection connection;
  private final KvEngine engine;
  private final KvHeads heads;
  private final KvPending pending;
  private final String name;
  private final VaultCheckup checkup;

  KvV2Store(VaultConfig config, VaultConnection connection, InstantSource clock) {
    this.name = config.name();
    this.connection = connection;
    this.engine = new KvEngine(config.engine().mount(), clock);
    this.heads = new KvHeads(engine, name, clock);
    this.pending = new KvPending(engine, config.engine().pendingSuffix());
    this.checkup = new VaultCheckup(config, connection, this);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public StoreCapabilities capabilities() {
    return CAPABILITIES;
  }

  @Override
  public SecretHead head(SecretPath path) {
    return heads.head(connection.begin(), KvPath.of(path));
  }

  @Override
  public StoredSecret readCurrent(SecretPath path) {
    KvPath place = KvPath.of(path);
    KvRead.Live current = current(connection.begin(), place, doing("reading", path));
    return current.handOut(version(current));
  }

  @Override
  public StoredSecret readVersion(SecretPath path, Version version) {
    String what = doing("reading version " + version + " of", path);
    VaultCall call = connection.begin();
    KvPath place = KvPath.of(path);
    if (NUMBER.matcher(version.id()).matches()) {
      int number = Integer.parseInt(version.id());
      if (engine.read(call, place, number, what) instanceof KvRead.Live live) {
        return live.handOut(version);
      }
    } else if (KvPending.isPending(version)) {
      Optional<StoredSecret> staged = pending.read(call, place, what);
      if (staged.filter(s -> s.version().equals(version)).isPresent()) {
        return staged.get();
      }
      staged.ifPresent(StoredSecret::close);
    }
    throw new StoreException.NotFound(
        what + ": vault does not, or no longer, hold it; versions beyond max_versions are removed");
  }

  @Override
  public Optional<StoredSecret> readPending(SecretPath path) {
    return pending.read(
        connection.begin(), KvPath.of(path), doing("reading the pending version of", path));
  }

  @Override
  public Version stage(SecretPath path, RotationId rotation, SecretFields fields) {
    String what = doing("staging", path);
    VaultCall call = connection.begin();
    KvPath place = KvPath.of(path);
    try (KvRead.Live current = current(call, place, what)) {
      if (current.madeBy(rotation)) {
        requireSame(current.fields(), fields, what);
        return version(current);
      }
    }
    return pending.stage(call, place, rotation, fields, what);
  }

  @Override
  public Version promote(
      SecretPath path, RotationId rotation, SecretFields fields, Version expectedCurrent) {
    String what = doing("promoting", path);
    VaultCall call = connection.begin();
    KvPath place = KvPath.of(path);
    int expected;
    try (KvRead.Live current = current(call, place, what)) {
      if (current.madeBy(rotation)) {
        return finished(call, place, rotation, current.number(), what);
      }
      if (!version(current).equals(expectedCurrent)) {
        throw new StoreException.Conflict(
            "%s: version %s is current, expected %s; nothing was promoted"
                .formatted(what, version(current), expectedCurrent));
      }
      expected = current.number();
    }
    if (!pending.holds(call, place, rotation, fields, what)) {
      return promotedMeanwhile(
          call,
          place,
          rotation,
          new StoreException.NotFound(
              what + ": rotation " + rotation + " has nothing pending; stage it first"),
          what);
    }
    Optional<Integer> written = engine.write(call, place, fields, rotation, expected, what);
    if (written.isEmpty()) {
      return promotedMeanwhile(
          call,
          place,
          rotation,
          new StoreException.Conflict(
              what + ": somebody else wrote a version in between; nothing was promoted"),
          what);
    }
    return finished(call, place, rotation, written.get(), what);
  }

  @Override
  public void dropPending(SecretPath path, RotationId rotation) {
    pending.drop(
        connection.begin(),
        KvPath.of(path),
        rotation,
        doing("dropping the pending version of", path));
  }

  @Override
  public void flagCompromised(SecretPath path, CompromiseFlag flag) {
    heads.mark(connection.begin(), KvPath.of(path), Optional.of(flag));
  }

  @Override
  public void unflagCompromised(SecretPath path) {
    heads.mark(connection.begin(), KvPath.of(path), Optional.empty());
  }

  @Override
  public void check() {
    connection.check();
  }

  @Override
  public Optional<Endpoint> endpoint() {
    return Optional.of(checkup.endpoint());
  }

  @Override
  public List<Check> checks(SecretPath path, Use use) {
    return checkup.checks(path, use);
  }

  @Override
  public void close() {
    connection.close();
  }

  @Override
  public String toString() {
    return "KvV2Store[" + name + "]";
  }

  /** What remains to be done of a promotion, however far it came the last time. */
  private Version finished(
      VaultCall call, KvPath place, RotationId rotation, int number, String what) {
    pending.drop(call, place, rotation, what);
    return new Version(Integer.toString(number));
  }

  /** Another thread or agent may have promoted the same rotation since the first look. */
  private Version promotedMeanwhile(
      VaultCall call, KvPath place, RotationId rotation, StoreException otherwise, String what) {
    try (KvRead.Live current = current(call, place, what)) {
      if (current.madeBy(rotation)) {
        return finished(call, place, rotation, current.number(), what);
      }
      throw otherwise;
    }
  }

  private KvRead.Live current(VaultCall call, KvPath place, String what) {
    return switch (engine.read(call, place, what)) {
      case KvRead.Live live -> live;
      case KvRead.Deleted(int number) -> throw KvHeads.deleted(number, what);
      case KvRead.Absent _ -> throw KvHeads.nothing(what);
    };
  }

  static void requireSame(SecretFields staged, SecretFields fields, String what) {
    if (!staged.sameAs(fields)) {
      throw new StoreException.Conflict(
          what + ": this rotation staged other fields; nothing was changed");
    }
  }

  private static Version version(KvRead.Live read) {
    return new Version(Integer.toString(read.number()));
  }

  private String doing(String verb, SecretPath path) {
    return "%s %s in store %s".formatted(verb, path, name);
  }
}
