package dev.postern.store;

import dev.postern.RotationId;
import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.Version;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A store as the {@code source} of secrets that call a field otherwise than their kind does: on
 * this side are the kind's names, in the store those of its owner. Closes the store behind it.
 */
public final class SourceStore implements SecretStore {
  /** How stores that keep one text name the field of a text that has no fields. */
  public static final String NAMELESS = "value";

  private final SecretStore store;
  private final Map<SecretPath, Renamed> renamed;

  /**
   * A secret whose store calls one field otherwise than its kind does.
   *
   * @param path where the store keeps it
   * @param field the kind's name, such as {@code api_key}
   * @param stored the store's name, or {@link #NAMELESS} for a text without fields
   */
  public record Renamed(SecretPath path, String field, String stored) {
    /** How the secret is called on this side of the store. */
    public SecretPath alias() {
      return new SecretPath(path + "#" + stored);
    }
  }

  public SourceStore(SecretStore store, Set<Renamed> renamed) {
    this.store = store;
    this.renamed = new HashMap<>();
    renamed.forEach(one -> this.renamed.put(one.alias(), one));
  }

  private SecretPath real(SecretPath path) {
    Renamed one = renamed.get(path);
    return one == null ? path : one.path();
  }

  /** With the kind's names. Takes over what was read. */
  private StoredSecret read(SecretPath path, StoredSecret stored) {
    Renamed names = renamed.get(path);
    if (names == null || stored.fields().field(names.stored()).isEmpty()) {
      return stored;
    }
    try (stored) {
      return new StoredSecret(
          stored.version(),
          rename(stored.fields(), names.stored(), names.field()),
          stored.rotation(),
          stored.createdAt());
    }
  }

  private static SecretFields rename(SecretFields fields, String from, String to) {
    Map<String, SecretBytes> copies = new HashMap<>();
    for (String name : fields.names()) {
      if (!name.equals(to) || from.equals(to)) {
        copies.put(name.equals(from) ? to : name, copy(fields, name));
      }
    }
    return SecretFields.takeOwnershipOf(copies);
  }

  /** With the store's names; a text without fields holds the one and nothing beside it. */
  private SecretFields written(SecretPath path, SecretFields fields) {
    Renamed names = renamed.get(path);
    if (names == null) {
      return fields.copy();
    }
    return names.stored().equals(NAMELESS)
        ? SecretFields.takeOwnershipOf(Map.of(NAMELESS, copy(fields, names.field())))
        : rename(fields, names.field(), names.stored());
  }

  private static SecretBytes copy(SecretFields fields, String name) {
    return SecretBytes.takeOwnershipOf(fields.field(name).orElseThrow().exposeCopy());
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
    return store.head(real(path));
  }

  @Override
  public Map<SecretPath, Look> look(Set<SecretPath> paths) {
    Set<SecretPath> reals = new HashSet<>();
    paths.forEach(path -> reals.add(real(path)));
    Map<SecretPath, Look> seen = store.look(reals);
    Map<SecretPath, Look> looks = new HashMap<>();
    for (SecretPath path : paths) {
      Optional.ofNullable(seen.get(real(path))).ifPresent(look -> looks.put(path, look));
    }
    return looks;
  }

  @Override
  public StoredSecret readCurrent(SecretPath path) {
    return read(path, store.readCurrent(real(path)));
  }

  @Override
  public StoredSecret readVersion(SecretPath path, Version version) {
    return read(path, store.readVersion(real(path), version));
  }

  @Override
  public Optional<StoredSecret> readPending(SecretPath path) {
    return store.readPending(real(path)).map(stored -> read(path, stored));
  }

  @Override
  public Version stage(SecretPath path, RotationId rotation, SecretFields fields) {
    try (SecretFields written = written(path, fields)) {
      return store.stage(real(path), rotation, written);
    }
  }

  @Override
  public Version promote(
      SecretPath path, RotationId rotation, SecretFields fields, Version expectedCurrent) {
    try (SecretFields written = written(path, fields)) {
      return store.promote(real(path), rotation, written, expectedCurrent);
    }
  }

  @Override
  public void dropPending(SecretPath path, RotationId rotation) {
    store.dropPending(real(path), rotation);
  }

  @Override
  public void flagCompromised(SecretPath path, CompromiseFlag flag) {
    store.flagCompromised(real(path), flag);
  }

  @Override
  public void unflagCompromised(SecretPath path) {
    store.unflagCompromised(real(path));
  }

  @Override
  public void check() {
    store.check();
  }

  @Override
  public void close() {
    store.close();
  }
}
