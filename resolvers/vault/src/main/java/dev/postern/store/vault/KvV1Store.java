package dev.postern.store.vault;

import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.checkup.Check;
import dev.postern.checkup.Endpoint;
import dev.postern.store.ReadOnlyStore;
import dev.postern.store.SecretHead;
import dev.postern.store.SecretPath;
import dev.postern.store.StoreCheckup;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import io.github.jopenlibs.vault.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The port on top of an unversioned key-value engine (KV version 1), read-only.
 *
 * <p>Such an engine tells of no change. So the last value of each path is kept, locked in memory,
 * and its number goes up when a read brings another one: a count of the changes that this process
 * saw, and so not the same in every agent.
 */
final class KvV1Store implements ReadOnlyStore, StoreCheckup {
  private final String name;
  private final String mount;
  private final VaultConnection connection;
  private final VaultCheckup checkup;
  private final Map<SecretPath, Seen> seen = new HashMap<>();

  /** The value read last; owned. */
  private record Seen(int number, SecretFields fields) {}

  KvV1Store(VaultConfig config, VaultConnection connection) {
    this.name = config.name();
    this.mount = new KvPath(config.engine().mount()).encoded();
    this.connection = connection;
    this.checkup = new VaultCheckup(config, connection, this);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public SecretHead head(SecretPath path) {
    try (StoredSecret current = readCurrent(path)) {
      return new SecretHead(current.version(), Optional.empty());
    }
  }

  @Override
  public StoredSecret readCurrent(SecretPath path) {
    String what = "reading %s in store %s".formatted(path, name);
    VaultCall call = connection.begin();
    VaultReply reply = call.get(mount + "/" + KvPath.of(path).encoded(), what);
    if (reply.status() != 200) {
      throw call.translate(reply, what);
    }
    JsonObject members =
        reply.data().orElseThrow(() -> VaultErrors.notUnderstood(what, reply.status()));
    SecretFields fields = KvFields.read(members, what);
    return new StoredSecret(number(path, fields), fields, Optional.empty(), Optional.empty());
  }

  @Override
  public StoredSecret readVersion(SecretPath path, Version version) {
    StoredSecret current = readCurrent(path);
    if (current.version().equals(version)) {
      return current;
    }
    current.close();
    throw new StoreException.NotFound(
        "store %s has KV version 1, which keeps the current value of %s only"
            .formatted(name, path));
  }

  @Override
  public Optional<StoredSecret> readPending(SecretPath path) {
    connection.begin();
    return Optional.empty();
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
    synchronized (seen) {
      seen.values().forEach(last -> last.fields().close());
      seen.clear();
    }
  }

  @Override
  public String toString() {
    return "KvV1Store[" + name + "]";
  }

  private Version number(SecretPath path, SecretFields fields) {
    synchronized (seen) {
      Seen last = seen.get(path);
      if (last == null || !last.fields().sameAs(fields)) {
        Seen now = new Seen(last == null ? 1 : last.number() + 1, fields.copy());
        seen.put(path, now);
        if (last != null) {
          last.fields().close();
        }
        last = now;
      }
      return new Version(Integer.toString(last.number()));
    }
  }

  @Override
  public StoreException.Unsupported readOnly(SecretPath path) {
    connection.begin();
    return new StoreException.Unsupported(
        "store %s has KV version 1, which cannot check-and-set, and is read-only: move %s to an engine of version 2"
            .formatted(name, path));
  }
}
