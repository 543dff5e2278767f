package dev.postern.store.env;

import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.ReadOnlyStore;
import dev.postern.store.SecretHead;
import dev.postern.store.SecretPath;
import dev.postern.store.SourceStore;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The port on top of a copy of the environment; the naming rule is in the package comment. */
final class EnvStore implements ReadOnlyStore {
  /** An environment cannot change while the process lives, and a version is never of the value. */
  private static final Version ONLY = new Version("1");

  private static final String SEPARATOR = "__";
  private static final char UNDECODABLE = '\uFFFD';

  private final String name;

  /** Null once closed. */
  private volatile @Nullable Map<String, String> environment;

  EnvStore(String name, Map<String, String> environment) {
    this.name = name;
    this.environment = Map.copyOf(environment);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public SecretHead head(SecretPath path) {
    if (variables(path).isEmpty()) {
      throw missing(path);
    }
    return new SecretHead(ONLY, Optional.empty());
  }

  @Override
  public StoredSecret readCurrent(SecretPath path) {
    Map<String, String> variables = variables(path);
    if (variables.isEmpty()) {
      throw missing(path);
    }
    requireDecoded(path, variables);
    Map<String, SecretBytes> fields = new HashMap<>();
    variables.forEach((field, value) -> fields.put(field, SecretBytes.ofUtf8(value)));
    return new StoredSecret(
        ONLY, SecretFields.takeOwnershipOf(fields), Optional.empty(), Optional.empty());
  }

  @Override
  public StoredSecret readVersion(SecretPath path, Version version) {
    requireOpen();
    if (!version.equals(ONLY)) {
      throw new StoreException.NotFound(
          "store %s holds version %s of %s only, not %s".formatted(name, ONLY, path, version));
    }
    return readCurrent(path);
  }

  @Override
  public Optional<StoredSecret> readPending(SecretPath path) {
    requireOpen();
    return Optional.empty();
  }

  @Override
  public void check() {
    requireOpen();
  }

  @Override
  public void close() {
    environment = null;
  }

  @Override
  public String toString() {
    return "EnvStore[" + name + "]";
  }

  private Map<String, String> variables(SecretPath path) {
    Map<String, String> found = new TreeMap<>();
    String prefix = path.value() + SEPARATOR;
    requireOpen()
        .forEach(
            (variable, value) -> {
              if (variable.equals(path.value())) {
                found.put(SourceStore.NAMELESS, value);
              } else if (variable.startsWith(prefix) && variable.length() > prefix.length()) {
                found.put(variable.substring(prefix.length()).toLowerCase(Locale.ROOT), value);
              }
            });
    return found;
  }

  /** The JDK decodes the environment by the locale, and puts this mark for what it cannot. */
  private void requireDecoded(SecretPath path, Map<String, String> variables) {
    variables.forEach(
        (field, value) -> {
          if (value.indexOf(UNDECODABLE) >= 0) {
            throw new StoreException.Malformed(
                "store %s cannot decode field %s of %s in this locale; start with LC_ALL=C.UTF-8"
                    .formatted(name, field, path));
          }
        });
  }

  private StoreException.NotFound missing(SecretPath path) {
    return new StoreException.NotFound(
        "store %s has neither a variable %s nor any %s%sFIELD; set one and start again"
            .formatted(name, path, path, SEPARATOR));
  }

  @Override
  public StoreException.Unsupported readOnly(SecretPath path) {
    requireOpen();
    return new StoreException.Unsupported(
        "store %s is the environment and read-only; change %s where the process is started"
            .formatted(name, path));
  }

  private Map<String, String> requireOpen() {
    Map<String, String> open = environment;
    if (open == null) {
      throw new IllegalStateException("store " + name + " was closed");
    }
    return open;
  }
}
