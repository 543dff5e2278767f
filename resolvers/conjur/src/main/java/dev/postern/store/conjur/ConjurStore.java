package dev.postern.store.conjur;

import dev.postern.RotationId;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.checkup.Check;
import dev.postern.checkup.Endpoint;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.Look;
import dev.postern.store.SecretHead;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCapabilities;
import dev.postern.store.StoreCheckup;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import dev.postern.store.fields.FieldText;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The port on top of Conjur's variables. */
final class ConjurStore implements SecretStore, StoreCheckup {
  /** Conjur keeps twenty versions of a variable. */
  private static final int PREVIOUS_KEPT = 19;

  private final ConjurConfig config;
  private final ConjurApi api;
  private final Writer writer;
  private final Optional<Staging> staging;
  private final Optional<Flags> flags;
  private final Looks looks;
  private final ConjurCheckup checkup;
  private volatile boolean closed;

  ConjurStore(ConjurConfig config, ConjurApi api) {
    this.config = config;
    this.api = api;
    this.writer = new Writer(config.name(), api);
    this.staging =
        config
            .siblings()
            .pendingSuffix()
            .map(suffix -> new Staging(config.name(), suffix, api, writer));
    this.flags = config.siblings().flagSuffix().map(suffix -> new Flags(suffix, api, writer));
    this.looks = new Looks(config.name(), api, flags);
    this.checkup = new ConjurCheckup(config, api, this);
  }

  @Override
  public String name() {
    return config.name();
  }

  @Override
  public StoreCapabilities capabilities() {
    return new StoreCapabilities(
        true, staging.isPresent(), false, flags.isPresent(), PREVIOUS_KEPT);
  }

  @Override
  public SecretHead head(SecretPath path) {
    return looks.head(path, begin());
  }

  @Override
  public Map<SecretPath, Look> look(Set<SecretPath> paths) {
    return looks.look(paths, begin());
  }

  @Override
  public StoredSecret readCurrent(SecretPath path) {
    try (Held held = api.readNewest(path.value(), begin())) {
      return handOut(path, held);
    }
  }

  @Override
  public StoredSecret readVersion(SecretPath path, Version version) {
    Deadline deadline = begin();
    if (PendingText.names(version)) {
      return pending(path, version, deadline);
    }
    int number = number(version).orElseThrow(() -> unknown(path, version));
    try (Held held = api.read(path.value(), number, deadline)) {
      return handOut(path, held);
    }
  }

  @Override
  public Optional<StoredSecret> readPending(SecretPath path) {
    Deadline deadline = begin();
    return staging.flatMap(beside -> beside.read(path, deadline));
  }

  @Override
  public Version stage(SecretPath path, RotationId rotation, SecretFields fields) {
    Deadline deadline = begin();
    return staging(path).stage(path, rotation, fields, deadline);
  }

  @Override
  public Version promote(
      SecretPath path, RotationId rotation, SecretFields fields, Version expectedCurrent) {
    Deadline deadline = begin();
    byte[] text = FieldText.write(path, fields);
    try (Held now = api.readNewest(path.value(), deadline)) {
      boolean expected = version(now).equals(expectedCurrent);
      int promoted = now.version();
      // Conjur does not keep who wrote a version: that it holds the successor says as much.
      if (expected || !now.holds(text)) {
        requireExpected(path, now, expectedCurrent);
        staging.ifPresent(beside -> beside.require(path, rotation, fields, deadline));
        promoted = writer.overwrite(path.value(), now.version(), text, deadline);
      }
      staging.ifPresent(beside -> beside.drop(path, rotation, deadline));
      return new Version(Integer.toString(promoted));
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }

  @Override
  public void dropPending(SecretPath path, RotationId rotation) {
    Deadline deadline = begin();
    staging(path).drop(path, rotation, deadline);
  }

  @Override
  public void flagCompromised(SecretPath path, CompromiseFlag flag) {
    Deadline deadline = begin();
    Flags kept = flags(path);
    api.describe(path.value(), deadline);
    kept.put(path, flag, deadline);
  }

  @Override
  public void unflagCompromised(SecretPath path) {
    Deadline deadline = begin();
    Flags kept = flags(path);
    api.describe(path.value(), deadline);
    kept.clear(path, deadline);
  }

  @Override
  public void check() {
    api.whoAmI(begin());
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
    closed = true;
    api.close();
  }

  @Override
  public String toString() {
    return "ConjurStore[" + config.name() + "]";
  }

  private Deadline begin() {
    if (closed) {
      throw new IllegalStateException("store " + config.name() + " was closed");
    }
    return Deadline.in(config.timeout());
  }

  private static StoredSecret handOut(SecretPath path, Held held) {
    return new StoredSecret(
        version(held), FieldText.read(path, held.exposeText()), Optional.empty(), Optional.empty());
  }

  private static Version version(Held held) {
    return new Version(Integer.toString(held.version()));
  }

  private static OptionalInt number(Version version) {
    try {
      int number = Integer.parseInt(version.id());
      return number > 0 && version.id().equals(Integer.toString(number))
          ? OptionalInt.of(number)
          : OptionalInt.empty();
    } catch (NumberFormatException e) {
      return OptionalInt.empty();
    }
  }

  private StoredSecret pending(SecretPath path, Version version, Deadline deadline) {
    Optional<StoredSecret> pending = staging.flatMap(beside -> beside.read(path, deadline));
    if (pending.isPresent() && pending.get().version().equals(version)) {
      return pending.get();
    }
    pending.ifPresent(StoredSecret::close);
    throw unknown(path, version);
  }

  private void requireExpected(SecretPath path, Held now, Version expected) {
    if (!version(now).equals(expected)) {
      throw new StoreException.Conflict(
          "store %s: %s is at version %d, expected %s; nothing was promoted"
              .formatted(config.name(), path, now.version(), expected));
    }
  }

  private Staging staging(SecretPath path) {
    return staging.orElseThrow(
        () ->
            new StoreException.Unsupported(
                "store %s keeps no successor of %s; name its variables by pending-suffix"
                    .formatted(config.name(), path)));
  }

  private Flags flags(SecretPath path) {
    return flags.orElseThrow(
        () ->
            new StoreException.Unsupported(
                "store %s keeps no flag of %s; name its variables by flag-suffix"
                    .formatted(config.name(), path)));
  }

  private StoreException.NotFound unknown(SecretPath path, Version version) {
    return new StoreException.NotFound(
        "store %s does not hold version %s of %s".formatted(config.name(), version, path));
  }
}
