package dev.postern.store.contract;

import static dev.postern.store.contract.Flaw.*;

import dev.postern.RotationId;
import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.Look;
import dev.postern.store.SecretHead;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCapabilities;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import dev.postern.store.contract.MemoryBackend.Held;
import dev.postern.store.contract.MemoryBackend.Secret;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A correct store in memory, and with a {@link Flaw} one that is broken in exactly that way. */
final class MemoryStore implements SecretStore {
  static final StoreCapabilities FULL = new StoreCapabilities(true, true, true, true, 3);

  /** What the backend thinks of this agent. */
  enum Trouble {
    NONE,
    REFUSED,
    UNREACHABLE
  }

  private final MemoryBackend backend;
  private final Flaw flaw;
  private final Trouble trouble;
  private final boolean readOnly;

  /** For the flaws that keep state where it dies with the process, or serve what is old. */
  private final Map<SecretPath, Held> ownPending = new HashMap<>();

  private final Map<SecretPath, Held> stale = new HashMap<>();
  private boolean closed;

  MemoryStore(MemoryBackend backend, Flaw flaw, Trouble trouble, boolean readOnly) {
    this.backend = backend;
    this.flaw = flaw;
    this.trouble = trouble;
    this.readOnly = readOnly;
  }

  @Override
  public String name() {
    return flaw == NAME_IS_MADE_UP ? "store" : "memory";
  }

  @Override
  public StoreCapabilities capabilities() {
    return switch (flaw) {
      case CLAIMS_LESS -> new StoreCapabilities(true, true, true, false, 3);
      case CLAIMS_NONSENSE -> new StoreCapabilities(false, true, true, true, 3);
      default -> readOnly ? StoreCapabilities.readOnly() : FULL;
    };
  }

  @Override
  public SecretHead head(SecretPath path) {
    synchronized (backend) {
      Secret secret = secret(path);
      return new SecretHead(served(path, secret).version(), Optional.ofNullable(secret.flag));
    }
  }

  @Override
  public Map<SecretPath, Look> look(Set<SecretPath> paths) {
    Map<SecretPath, Look> looks = SecretStore.super.look(paths);
    if (flaw == LOOKING_AT_MANY_FORGETS_ONE) {
      paths.stream().findFirst().ifPresent(looks::remove);
    }
    return looks;
  }

  @Override
  public StoredSecret readCurrent(SecretPath path) {
    synchronized (backend) {
      Secret secret = secret(path);
      Held served = served(path, secret);
      if (flaw == TORN_READ && secret.promotedJustNow) {
        secret.promotedJustNow = false;
        return served.handOut(mix(served.fields(), secret.previous.getFirst().fields()));
      }
      return handOut(served);
    }
  }

  @Override
  public StoredSecret readVersion(SecretPath path, Version version) {
    synchronized (backend) {
      Secret secret = secret(path);
      Optional<Held> found = secret.all().filter(h -> h.version().equals(version)).findFirst();
      if (flaw == UNKNOWN_VERSION_IS_CURRENT) {
        found = found.or(() -> Optional.of(secret.current));
      }
      return handOut(
          found.orElseThrow(
              () -> new StoreException.NotFound("no version " + version + " of " + path)));
    }
  }

  @Override
  public Optional<StoredSecret> readPending(SecretPath path) {
    synchronized (backend) {
      requireUsable();
      return pending(path).map(this::handOut);
    }
  }

  @Override
  public Version stage(SecretPath path, RotationId rotation, SecretFields fields) {
    synchronized (backend) {
      if (requireWritable()) {
        return new Version("1");
      }
      if (flaw == STAGING_MAKES_THE_PATH && !backend.secrets.containsKey(path)) {
        backend.secrets.put(path, new Secret(fields.copy()));
      }
      Secret secret = secret(path);
      Held there = pending(path).orElse(null);
      if (there != null && there.madeBy(rotation) && flaw != STAGING_IS_NOT_IDEMPOTENT) {
        if (there.fields().sameAs(fields)) {
          return there.version();
        }
        if (flaw != STAGING_REPLACES_ITS_OWN) {
          throw conflict("this rotation staged other fields", path, fields);
        }
      } else if (there != null && !there.madeBy(rotation) && flaw != STAGING_REPLACES_ANOTHERS) {
        throw conflict("another rotation's version is pending", path, fields);
      }
      Held staged =
          new Held(
              version(flaw, secret.next(), fields),
              keep(fields),
              flaw == STAGING_FORGETS_THE_ROTATION ? Optional.empty() : Optional.of(rotation),
              Instant.now());
      if (flaw == STAGING_SERVES_AT_ONCE) {
        secret.succeedBy(staged);
      }
      setPending(path, staged);
      return staged.version();
    }
  }

  @Override
  public Version promote(
      SecretPath path, RotationId rotation, SecretFields fields, Version expectedCurrent) {
    synchronized (backend) {
      if (requireWritable()) {
        return expectedCurrent;
      }
      Secret secret = secret(path);
      Held before = secret.current;
      if (before.madeBy(rotation) && flaw != PROMOTION_IS_NOT_IDEMPOTENT) {
        return before.version();
      }
      if (!before.version().equals(expectedCurrent) && flaw != PROMOTION_IGNORES_THE_EXPECTED) {
        throw conflict("the current version is " + before.version(), path, fields);
      }
      Held successor =
          pending(path)
              .filter(held -> held.madeBy(rotation) || flaw == PROMOTION_TAKES_ANY_PENDING)
              .or(() -> unstaged(secret, rotation, fields))
              .orElseThrow(() -> new StoreException.NotFound("nothing pending for " + path));
      if (flaw != PROMOTION_LEAVES_PENDING) {
        setPending(path, null);
      }
      secret.succeedBy(successor);
      afterPromotion(secret);
      if (flaw == CLOSES_THE_CALLERS_FIELDS) {
        fields.close();
      }
      return flaw == PROMOTION_RETURNS_THE_OLD_VERSION ? before.version() : successor.version();
    }
  }

  @Override
  public void dropPending(SecretPath path, RotationId rotation) {
    synchronized (backend) {
      if (requireWritable() || flaw == DROPPING_DOES_NOTHING) {
        return;
      }
      pending(path)
          .filter(held -> held.madeBy(rotation) || flaw == DROPPING_TAKES_ANOTHERS)
          .ifPresent(held -> setPending(path, null));
    }
  }

  @Override
  public void flagCompromised(SecretPath path, CompromiseFlag flag) {
    synchronized (backend) {
      if (requireWritable()) {
        return;
      }
      Secret secret = secret(path);
      if (secret.flag == null || flaw != FIRST_FLAG_STAYS) {
        secret.flag = flag;
      }
    }
  }

  @Override
  public void unflagCompromised(SecretPath path) {
    synchronized (backend) {
      if (requireWritable()) {
        return;
      }
      Secret secret = secret(path);
      if (flaw != FLAG_IS_NEVER_CLEARED) {
        secret.flag = null;
      }
    }
  }

  @Override
  public void check() {
    if (flaw != CHECK_SEES_NOTHING) {
      requireUsable();
    }
  }

  @Override
  public void close() {
    synchronized (backend) {
      if (closed && flaw == CLOSING_TWICE_FAILS) {
        throw new IllegalStateException("closed already");
      }
      closed = true;
    }
  }

  /** The id that a correct store gives, or what the flaw makes of it. */
  static Version version(Flaw flaw, Version correct, SecretFields fields) {
    if (flaw != VERSION_COMES_FROM_THE_VALUE) {
      return correct;
    }
    int hash = 7;
    for (String name : fields.names()) {
      hash = 31 * hash + fields.field(name).orElseThrow().exposeUtf8().hashCode();
    }
    return new Version("h" + Integer.toHexString(hash));
  }

  private Held served(SecretPath path, Secret secret) {
    return flaw == CACHES_FOR_EVER
        ? stale.computeIfAbsent(path, key -> secret.current)
        : secret.current;
  }

  private Optional<Held> unstaged(Secret secret, RotationId rotation, SecretFields fields) {
    return flaw == PROMOTION_NEEDS_NO_STAGING
        ? Optional.of(new Held(secret.next(), fields.copy(), Optional.of(rotation), Instant.now()))
        : Optional.empty();
  }

  private void afterPromotion(Secret secret) {
    secret.promotedJustNow = true;
    switch (flaw) {
      case PROMOTION_FORGETS_THE_PREVIOUS -> secret.previous.clear();
      case PROMOTION_CLEARS_THE_FLAG -> secret.flag = null;
      default -> {}
    }
  }

  private Optional<Held> pending(SecretPath path) {
    if (flaw == PENDING_DIES_WITH_THE_PROCESS) {
      return Optional.ofNullable(ownPending.get(path));
    }
    return Optional.ofNullable(backend.secrets.get(path)).map(secret -> secret.pending);
  }

  private void setPending(SecretPath path, @Nullable Held held) {
    if (flaw == PENDING_DIES_WITH_THE_PROCESS) {
      if (held == null) {
        ownPending.remove(path);
      } else {
        ownPending.put(path, held);
      }
    } else {
      secret(path).pending = held;
    }
  }

  private SecretFields keep(SecretFields fields) {
    return flaw == KEEPS_THE_CALLERS_FIELDS ? fields : fields.copy();
  }

  private StoredSecret handOut(Held held) {
    return held.handOut(
        switch (flaw) {
          case HANDS_OUT_ITS_OWN_FIELDS -> held.fields();
          case TRIMS_VALUES -> trimmed(held.fields());
          default -> held.fields().copy();
        });
  }

  private static SecretFields trimmed(SecretFields fields) {
    Map<String, SecretBytes> trimmed = new HashMap<>();
    fields
        .names()
        .forEach(
            name ->
                trimmed.put(
                    name,
                    SecretBytes.ofUtf8(fields.field(name).orElseThrow().exposeUtf8().strip())));
    return SecretFields.takeOwnershipOf(trimmed);
  }

  /** The login of one version with the rest of another. */
  private static SecretFields mix(SecretFields newer, SecretFields older) {
    Map<String, SecretBytes> mixed = new HashMap<>();
    for (String name : newer.names()) {
      SecretFields source = name.equals("login") ? older : newer;
      mixed.put(name, SecretBytes.takeOwnershipOf(source.field(name).orElseThrow().exposeCopy()));
    }
    return SecretFields.takeOwnershipOf(mixed);
  }

  private StoreException conflict(String what, SecretPath path, SecretFields fields) {
    String detail =
        flaw == MESSAGE_SHOWS_THE_VALUE
            ? " while writing "
                + fields.field(fields.names().iterator().next()).orElseThrow().exposeUtf8()
            : "";
    return new StoreException.Conflict(what + " at " + path + detail);
  }

  private Secret secret(SecretPath path) {
    requireUsable();
    Secret secret = backend.secrets.get(path);
    if (secret != null) {
      return secret;
    }
    throw flaw == MISSING_IS_DENIED
        ? new StoreException.Denied("you may not see " + path)
        : new StoreException.NotFound("nothing at " + path);
  }

  /** Whether the write is to be ignored, which only a broken store does. */
  private boolean requireWritable() {
    requireUsable();
    if (readOnly && flaw != READ_ONLY_IGNORES_WRITES) {
      throw new StoreException.Unsupported("this store is read-only");
    }
    return readOnly;
  }

  private void requireUsable() {
    if (closed && flaw != WORKS_WHEN_CLOSED) {
      throw new IllegalStateException("store memory was closed");
    }
    switch (trouble) {
      case NONE -> {}
      case REFUSED -> throw new StoreException.Denied("the backend refuses this agent");
      case UNREACHABLE -> {
        if (flaw == UNREACHABLE_IS_NOT_FOUND) {
          throw new StoreException.NotFound("no backend");
        }
        throw new StoreException.Unavailable("the backend cannot be reached", null);
      }
    }
  }
}
