package dev.postern.store.local;

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
import dev.postern.store.local.LocalFile.Outcome;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The port on top of one encrypted file. */
final class LocalStore implements SecretStore, StoreCheckup {
  private static final StoreCapabilities CAPABILITIES =
      new StoreCapabilities(true, true, true, true, LocalSecret.PREVIOUS_KEPT);

  private final String name;
  private final LocalFile file;
  private final InstantSource clock;

  LocalStore(String name, LocalFile file, InstantSource clock) {
    this.name = name;
    this.file = file;
    this.clock = clock;
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
    return read(path, secret -> new SecretHead(secret.current().version(), secret.flag()));
  }

  @Override
  public StoredSecret readCurrent(SecretPath path) {
    return read(path, secret -> secret.current().handOut());
  }

  @Override
  public StoredSecret readVersion(SecretPath path, Version version) {
    return read(
        path,
        secret ->
            secret
                .find(version)
                .orElseThrow(
                    () ->
                        new StoreException.NotFound(
                            "store %s does not hold version %s of %s"
                                .formatted(name, version, path)))
                .handOut());
  }

  @Override
  public Optional<StoredSecret> readPending(SecretPath path) {
    return file.read(
        document -> document.find(path).flatMap(LocalSecret::pending).map(LocalVersion::handOut));
  }

  @Override
  public Version stage(SecretPath path, RotationId rotation, SecretFields fields) {
    return update(
        path,
        secret -> {
          Optional<LocalVersion> made = madeBy(secret, rotation);
          if (made.isPresent()) {
            requireSame(made.get(), fields, path);
            return Outcome.unchanged(made.get().version());
          }
          if (secret.pending().isPresent()) {
            throw new StoreException.Conflict(
                "another rotation's version %s of %s is pending in store %s; nothing was staged"
                    .formatted(secret.pending().get().version(), path, name));
          }
          return Outcome.changed(secret.stage(rotation, fields.copy(), clock.instant()).version());
        });
  }

  @Override
  public Version promote(
      SecretPath path, RotationId rotation, SecretFields fields, Version expectedCurrent) {
    return update(
        path,
        secret -> {
          Version current = secret.current().version();
          if (secret.current().madeBy(rotation)) {
            return Outcome.unchanged(current);
          }
          if (!current.equals(expectedCurrent)) {
            throw new StoreException.Conflict(
                "%s is at version %s in store %s, expected %s; nothing was promoted"
                    .formatted(path, current, name, expectedCurrent));
          }
          LocalVersion pending =
              secret
                  .pending()
                  .filter(version -> version.madeBy(rotation))
                  .orElseThrow(
                      () ->
                          new StoreException.NotFound(
                              "rotation %s has nothing pending for %s in store %s; stage it first"
                                  .formatted(rotation, path, name)));
          requireSame(pending, fields, path);
          return Outcome.changed(secret.promotePending().version());
        });
  }

  @Override
  public void dropPending(SecretPath path, RotationId rotation) {
    file.update(
        document -> {
          Optional<LocalSecret> owner =
              document
                  .find(path)
                  .filter(s -> s.pending().filter(v -> v.madeBy(rotation)).isPresent());
          owner.ifPresent(LocalSecret::dropPending);
          return new Outcome<>(path, owner.isPresent());
        });
  }

  @Override
  public void flagCompromised(SecretPath path, CompromiseFlag flag) {
    mark(path, flag);
  }

  @Override
  public void unflagCompromised(SecretPath path) {
    mark(path, null);
  }

  @Override
  public void check() {
    file.read(document -> document.secrets().size());
  }

  @Override
  public Optional<Endpoint> endpoint() {
    return Optional.empty();
  }

  @Override
  public List<Check> checks(SecretPath path, Use use) {
    return new LocalCheckup(file.config(), this).checks(path, use);
  }

  @Override
  public void close() {
    file.close();
  }

  @Override
  public String toString() {
    return "LocalStore[" + name + "]";
  }

  private void mark(SecretPath path, @Nullable CompromiseFlag flag) {
    update(
        path,
        secret -> {
          boolean changed = !secret.flag().equals(Optional.ofNullable(flag));
          secret.mark(flag);
          return new Outcome<>(path, changed);
        });
  }

  private <T> T read(SecretPath path, Function<LocalSecret, T> reader) {
    return file.read(document -> reader.apply(document.find(path).orElseThrow(() -> none(path))));
  }

  private <T> T update(SecretPath path, Function<LocalSecret, Outcome<T>> change) {
    return file.update(document -> change.apply(document.find(path).orElseThrow(() -> none(path))));
  }

  /** The version that this rotation staged, pending still or current already. */
  private static Optional<LocalVersion> madeBy(LocalSecret secret, RotationId rotation) {
    return secret
        .pending()
        .filter(version -> version.madeBy(rotation))
        .or(() -> Optional.of(secret.current()).filter(version -> version.madeBy(rotation)));
  }

  private void requireSame(LocalVersion staged, SecretFields fields, SecretPath path) {
    if (!staged.fields().sameAs(fields)) {
      throw new StoreException.Conflict(
          "this rotation staged other fields as version %s of %s in store %s; nothing was changed"
              .formatted(staged.version(), path, name));
    }
  }

  private StoreException.NotFound none(SecretPath path) {
    return new StoreException.NotFound(
        "store %s holds nothing at %s; put it there with postern local put %s --field NAME"
            .formatted(name, path, path));
  }
}
