package dev.postern.rotation;

import dev.postern.RotationTag;
import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.SecretKind.Succession;
import dev.postern.issuer.AccountActivity;
import dev.postern.issuer.CredentialIssuer;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.IssuedCredential;
import dev.postern.issuer.IssuerException;
import dev.postern.issuer.LiveCredential;
import dev.postern.issuer.Predecessor;
import dev.postern.issuer.ProbeResult;
import dev.postern.issuer.Revocation;
import dev.postern.rotation.ModelAction.Fault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A provider for each way to a successor, which knows the truth about what is alive. */
final class ModelProvider implements CredentialIssuer {
  /** Part of every secret value, so that one can be recognised where none may be. */
  static final String SECRET_MARK = "s3cr3t";

  private static final int LAGGING_PROBES = 2;

  /**
   * A credential that can be used.
   *
   * @param late whether it was made long after its caller had been told of a failure
   */
  record Slot(String id, String secret, String description, boolean late) {}

  /** A probe whose answer arrived. */
  record Probe(Map<String, String> fields, boolean accepted) {}

  /** What somebody must know at once of the provider's acts. */
  interface Watcher {
    void issuing(RotationTag tag);

    void revoking(String id);
  }

  final Map<String, Slot> slots = new LinkedHashMap<>();
  final List<Probe> probes = new ArrayList<>();

  /** How many more probes accept a value that is dead. */
  final Map<String, Integer> lingering = new LinkedHashMap<>();

  boolean refusesUs;
  private final Succession succession;
  private final ModelFaults faults;
  private final List<ModelWorld.Delayed> delayed;
  private final Watcher watcher;
  private boolean late;
  private boolean lagging;
  private int made;

  ModelProvider(
      Succession succession,
      ModelFaults faults,
      List<ModelWorld.Delayed> delayed,
      Watcher watcher) {
    this.succession = succession;
    this.faults = faults;
    this.delayed = delayed;
    this.watcher = watcher;
  }

  void add(String id, String secret, String description) {
    slots.put(id, new Slot(id, secret, description, late));
  }

  String freshSecret() {
    made++;
    return SECRET_MARK + "-" + made;
  }

  /** The truth, whatever it answers to our address. */
  boolean accepts(Map<String, String> fields) {
    String secret = fields.get(secretField());
    return switch (succession) {
      case CHOSEN -> {
        Slot login = slots.get(fields.get("login"));
        yield login != null && login.secret.equals(secret);
      }
      default -> slots.values().stream().anyMatch(slot -> slot.secret.equals(secret));
    };
  }

  /** Whether it may still be used, be it only for want of the provider's haste. */
  boolean mayBeUsed(Map<String, String> fields) {
    return accepts(fields) || lingering.getOrDefault(fields.get(secretField()), 0) > 0;
  }

  private String secretField() {
    return switch (succession) {
      case BESIDE -> "api_key";
      case CHOSEN -> "password";
      case REGENERATED, NONE -> "signing_key";
    };
  }

  private <T> T call(String what, String about, ModelWorld.Act<T> act) {
    Fault fault = faults.take();
    refusesUs |= fault == Fault.REFUSE;
    if (refusesUs) {
      throw new IssuerException.Unauthorized("the provider refuses this address");
    }
    switch (fault) {
      case LOST -> act.carryOut();
      case DELAY -> delayed.add(new ModelWorld.Delayed(what, about, () -> arriveLate(act)));
      case FAIL -> throw new IssuerException.Unavailable("not reached", null);
      default -> {
        lagging = fault == Fault.LAG;
        return act.carryOut();
      }
    }
    throw new IssuerException.OutcomeUnknown("no answer", null);
  }

  private void arriveLate(ModelWorld.Act<?> act) {
    late = true;
    try {
      act.carryOut();
    } finally {
      late = false;
    }
  }

  @Override
  public String name() {
    return "model";
  }

  @Override
  public IssuedCredential issue(CredentialScope scope, RotationTag tag, Predecessor old) {
    return switch (succession) {
      case BESIDE -> call("issue", tag.toString(), () -> make(tag));
      case CHOSEN -> choose(scope, old);
      case REGENERATED, NONE ->
          call(
              "issue",
              "",
              () -> {
                Slot only = slots.values().iterator().next();
                return issued(only.id, Map.of("signing_key", only.secret));
              });
    };
  }

  private IssuedCredential make(RotationTag tag) {
    if (!late) {
      watcher.issuing(tag);
    }
    String secret = freshSecret();
    String id = "new-" + made;
    add(id, secret, tag.toString());
    return issued(id, Map.of("api_key", secret, "api_key_id", id));
  }

  /** Tells the provider nothing yet. */
  private IssuedCredential choose(CredentialScope scope, Predecessor old) {
    faults.take();
    String present = old.fields().field("login").orElseThrow().exposeUtf8();
    String login =
        scope.logins().stream().filter(one -> !one.equals(present)).findFirst().orElse(present);
    return issued(login, Map.of("login", login, "password", freshSecret()));
  }

  private static IssuedCredential issued(String id, Map<String, String> fields) {
    return new IssuedCredential(
        id,
        SecretFields.takeOwnershipOf(
            fields.entrySet().stream()
                .collect(
                    Collectors.toMap(
                        Map.Entry::getKey, entry -> SecretBytes.ofUtf8(entry.getValue())))));
  }

  @Override
  public void activate(CredentialScope scope, SecretFields fields) {
    Map<String, String> plain = ModelStore.reveal(fields);
    String login = String.valueOf(plain.get("login"));
    String password = String.valueOf(plain.get("password"));
    call(
        "activate",
        login,
        () -> {
          add(login, password, "");
          return login;
        });
  }

  @Override
  public Optional<String> idOf(CredentialScope scope, SecretFields fields) {
    return switch (succession) {
      case BESIDE -> fields.field("api_key_id").map(SecretBytes::exposeUtf8);
      case CHOSEN -> fields.field("login").map(SecretBytes::exposeUtf8);
      case REGENERATED, NONE -> Optional.of(slots.keySet().iterator().next());
    };
  }

  @Override
  public List<LiveCredential> live(CredentialScope scope) {
    return call(
        "",
        "",
        () ->
            slots.values().stream()
                .map(slot -> new LiveCredential(slot.id, slot.description, Optional.empty()))
                .toList());
  }

  @Override
  public Revocation revoke(CredentialScope scope, String id) {
    return call("revoke", id, () -> revoke(id));
  }

  private Revocation revoke(String id) {
    watcher.revoking(id);
    Slot dead = slots.get(id);
    if (dead == null) {
      return Revocation.ALREADY_GONE;
    }
    if (succession == Succession.BESIDE) {
      slots.remove(id);
    } else {
      add(id, freshSecret(), dead.description);
    }
    if (lagging) {
      lingering.put(dead.secret, LAGGING_PROBES);
    }
    return Revocation.REVOKED;
  }

  @Override
  public ProbeResult probe(CredentialScope scope, SecretFields fields) {
    Fault fault = faults.take();
    refusesUs |= fault == Fault.REFUSE;
    if (fault == Fault.FAIL) {
      return new ProbeResult.Unknown("not reached");
    }
    Map<String, String> plain = ModelStore.reveal(fields);
    boolean accepted = !refusesUs && mayBeUsed(plain);
    if (!refusesUs) {
      lingering.computeIfPresent(
          String.valueOf(plain.get(secretField())), (secret, left) -> left > 1 ? left - 1 : null);
    }
    probes.add(new Probe(plain, accepted));
    return accepted ? new ProbeResult.Accepted() : new ProbeResult.Refused();
  }

  @Override
  public void check() {}

  @Override
  public void renewAuthority() {}

  @Override
  public AccountActivity activity() {
    throw new IssuerException.Rejected("this provider tells nothing");
  }

  @Override
  public void close() {}
}
