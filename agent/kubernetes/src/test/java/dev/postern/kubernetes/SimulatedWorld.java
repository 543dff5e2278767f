package dev.postern.kubernetes;

import dev.postern.RotationId;
import dev.postern.RotationTag;
import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.issuer.AccountActivity;
import dev.postern.issuer.CredentialIssuer;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.IssuedCredential;
import dev.postern.issuer.IssuerException;
import dev.postern.issuer.LiveCredential;
import dev.postern.issuer.Predecessor;
import dev.postern.issuer.ProbeResult;
import dev.postern.issuer.Revocation;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.SecretHead;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCapabilities;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store and a provider that outlive all agents. A request travels for a while and is then carried
 * out, whatever happens to whoever sent it; its answer travels as long.
 */
final class SimulatedWorld {
  /** In every secret value; must be nowhere in the cluster. */
  static final String CANARY = "CANARY";

  /** The id of another program's credential. */
  static final String ANOTHERS = "foreign";

  private static final Duration LONGEST_WAY = Duration.ofMillis(150);

  record Key(String id, String value, String description) {}

  /** Whoever asks the store or the provider, on behalf of one term. */
  record Caller(VirtualTime.Host host, Term term) {}

  /** What is looked at when an act is carried out. */
  interface Witness {
    void acts(Term term, String act);

    void revokes(Term term, String id);

    void probes(String id, boolean accepted);
  }

  private record Stored(int version, Key key, @Nullable RotationId rotation) {}

  private final VirtualTime time;
  private final Random random;
  private final Witness witness;
  final Map<String, Key> live = new LinkedHashMap<>();
  private final Map<Integer, Stored> versions = new HashMap<>();
  private Stored current;
  private @Nullable Stored pending;
  private @Nullable CompromiseFlag flag;
  private int numbers = 1;
  private int keys;
  int promotions;
  long promotedAt;

  SimulatedWorld(VirtualTime time, Random random, Witness witness) {
    this.time = time;
    this.random = random;
    this.witness = witness;
    this.current = new Stored(1, make("made by hand"), null);
    versions.put(1, current);
    live.put(ANOTHERS, new Key(ANOTHERS, CANARY + "-foreign", "another program's"));
  }

  private Key make(String description) {
    keys++;
    Key key = new Key("key-" + keys, CANARY + "-key-" + keys, description);
    live.put(key.id(), key);
    return key;
  }

  int current() {
    return current.version;
  }

  String keyOf(int version) {
    return Objects.requireNonNull(versions.get(version)).key.id();
  }

  /** Whether it is, or was, the current version's. */
  boolean wasPromoted(String id) {
    return versions.values().stream().anyMatch(one -> one.key.id().equals(id));
  }

  /** The credentials of all versions, and of the one that is pending. */
  Set<String> storedKeys() {
    Set<String> ids = new HashSet<>();
    versions.values().forEach(one -> ids.add(one.key.id()));
    if (pending != null) {
      ids.add(pending.key.id());
    }
    return ids;
  }

  SecretStore storeFor(Caller caller) {
    return new Store(caller);
  }

  CredentialIssuer providerFor(Caller caller) {
    return new Provider(caller);
  }

  private <T> T travel(Caller caller, String act, Supplier<T> effect) {
    Duration there = some();
    @SuppressWarnings({"unchecked", "rawtypes"})
    T[] answer = (T[]) new Object[1];
    RuntimeException[] refusal = new RuntimeException[1];
    time.world(
        there,
        () -> {
          witness.acts(caller.term, act);
          try {
            answer[0] = effect.get();
          } catch (StoreException | IssuerException refused) {
            refusal[0] = refused;
          }
        });
    caller.host.block(there.plus(some()));
    if (refusal[0] != null) {
      throw refusal[0];
    }
    return answer[0];
  }

  private Duration some() {
    return Duration.ofNanos(1_000_000 + (long) (LONGEST_WAY.toNanos() * random.nextDouble()));
  }

  private static Version version(Stored stored) {
    return new Version(Integer.toString(stored.version));
  }

  private static SecretFields fields(Key key) {
    return SecretFields.takeOwnershipOf(
        Map.of(
            "api_key", SecretBytes.ofUtf8(key.value()),
            "api_key_id", SecretBytes.ofUtf8(key.id())));
  }

  private static String text(SecretFields fields, String name) {
    return fields.field(name).orElseThrow().exposeUtf8();
  }

  private final class Store implements SecretStore {
    private final Caller caller;

    private Store(Caller caller) {
      this.caller = caller;
    }

    @Override
    public String name() {
      return "simulated";
    }

    @Override
    public StoreCapabilities capabilities() {
      return new StoreCapabilities(true, true, true, true, 10);
    }

    private StoredSecret handOut(Stored stored) {
      return new StoredSecret(
          version(stored),
          fields(stored.key),
          Optional.ofNullable(stored.rotation),
          Optional.empty());
    }

    @Override
    public SecretHead head(SecretPath path) {
      return travel(
          caller, "look", () -> new SecretHead(version(current), Optional.ofNullable(flag)));
    }

    @Override
    public StoredSecret readCurrent(SecretPath path) {
      return travel(caller, "read", () -> handOut(current));
    }

    @Override
    public StoredSecret readVersion(SecretPath path, Version version) {
      return travel(
          caller,
          "read",
          () ->
              Optional.ofNullable(versions.get(Integer.parseInt(version.id())))
                  .map(this::handOut)
                  .orElseThrow(() -> new StoreException.NotFound("no version " + version)));
    }

    @Override
    public Optional<StoredSecret> readPending(SecretPath path) {
      return travel(caller, "read", () -> Optional.ofNullable(pending).map(this::handOut));
    }

    @Override
    public Version stage(SecretPath path, RotationId rotation, SecretFields fields) {
      Key key = new Key(text(fields, "api_key_id"), text(fields, "api_key"), "");
      return travel(
          caller,
          "stage",
          () -> {
            Stored there = pending;
            if (there != null && !rotation.equals(there.rotation)) {
              throw new StoreException.Conflict("another rotation's version is pending");
            }
            if (there != null && !there.key.equals(key)) {
              throw new StoreException.Conflict("this rotation staged other fields");
            }
            Stored staged = there == null ? new Stored(++numbers, key, rotation) : there;
            pending = staged;
            return version(staged);
          });
    }

    @Override
    public Version promote(
        SecretPath path, RotationId rotation, SecretFields fields, Version expected) {
      return travel(
          caller,
          "promote",
          () -> {
            if (rotation.equals(current.rotation)) {
              return version(current);
            }
            Stored there = pending;
            if (!version(current).equals(expected)) {
              throw new StoreException.Conflict("somebody else wrote version " + current.version);
            }
            if (there == null || !rotation.equals(there.rotation)) {
              throw new StoreException.NotFound("nothing of this rotation is pending");
            }
            current = there;
            versions.put(there.version, there);
            pending = null;
            promotions++;
            promotedAt = time.now();
            return version(current);
          });
    }

    @Override
    public void dropPending(SecretPath path, RotationId rotation) {
      var _ =
          travel(
              caller,
              "drop",
              () -> {
                if (pending != null && rotation.equals(pending.rotation)) {
                  pending = null;
                }
                return "";
              });
    }

    @Override
    public void flagCompromised(SecretPath path, CompromiseFlag mark) {
      var _ = travel(caller, "flag", () -> flag = mark);
    }

    @Override
    public void unflagCompromised(SecretPath path) {
      var _ =
          travel(
              caller,
              "unflag",
              () -> {
                flag = null;
                return "";
              });
    }

    @Override
    public void check() {}

    @Override
    public void close() {}
  }

  private final class Provider implements CredentialIssuer {
    private final Caller caller;

    private Provider(Caller caller) {
      this.caller = caller;
    }

    @Override
    public String name() {
      return "simulated";
    }

    @Override
    public IssuedCredential issue(CredentialScope scope, RotationTag tag, Predecessor old) {
      Key made = travel(caller, "issue", () -> make(tag.toString()));
      return new IssuedCredential(made.id(), fields(made));
    }

    @Override
    public void activate(CredentialScope scope, SecretFields fields) {
      throw new IllegalStateException("keys are in force when they are made");
    }

    @Override
    public Optional<String> idOf(CredentialScope scope, SecretFields fields) {
      return Optional.of(text(fields, "api_key_id"));
    }

    @Override
    public List<LiveCredential> live(CredentialScope scope) {
      return travel(
          caller,
          "list",
          () ->
              live.values().stream()
                  .map(key -> new LiveCredential(key.id(), key.description(), Optional.empty()))
                  .toList());
    }

    @Override
    public Revocation revoke(CredentialScope scope, String id) {
      return travel(
          caller,
          "revoke",
          () -> {
            witness.revokes(caller.term, id);
            return live.remove(id) == null ? Revocation.ALREADY_GONE : Revocation.REVOKED;
          });
    }

    @Override
    public ProbeResult probe(CredentialScope scope, SecretFields fields) {
      String id = text(fields, "api_key_id");
      return travel(
          caller,
          "probe",
          () -> {
            boolean accepted = live.containsKey(id);
            witness.probes(id, accepted);
            return accepted ? new ProbeResult.Accepted() : new ProbeResult.Refused();
          });
    }

    @Override
    public void renewAuthority() {}

    @Override
    public AccountActivity activity() {
      throw new IssuerException.Rejected("this provider tells nothing");
    }

    @Override
    public void check() {}

    @Override
    public void close() {}
  }
}
