package dev.postern.orphan;

import dev.postern.RotationId;
import dev.postern.RotationTag;
import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.failpoint.Failpoints;
import dev.postern.issuer.CredentialScope;
import dev.postern.rotation.Cause;
import dev.postern.rotation.FakeStore;
import dev.postern.rotation.ManualTime;
import dev.postern.rotation.Order;
import dev.postern.rotation.Receipt;
import dev.postern.rotation.Receipts;
import dev.postern.rotation.RotationPolicy;
import dev.postern.rotation.RotationTarget;
import dev.postern.rotation.WithoutSuccessor;
import dev.postern.serving.SecretDefinition;
import dev.postern.store.SecretPath;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a sweep looks at: one provider, two secrets of one domain, and a journal made by hand. */
final class SweptAgent implements OrphanListener {
  static final String INSTALLATION = "prod-eu";
  static final SecretName KEY = new SecretName("sending-key");
  static final SecretName OTHER = new SecretName("other-key");
  static final CredentialScope SCOPE =
      new CredentialScope(SecretKind.MAILGUN_SENDING_KEY, "mg.example.com");
  static final Duration DEADLINE = Duration.ofMinutes(1);
  static final Duration GRACE = Duration.ofMinutes(10);

  final ManualTime time = new ManualTime();
  final KeyProvider provider = new KeyProvider();
  final FakeStore store = new FakeStore(Map.of("api_key", "secret", "api_key_id", "by-hand"));
  final FakeStore otherStore = new FakeStore(Map.of("api_key", "secret", "api_key_id", "other"));
  final List<Receipt> journal = new ArrayList<>();
  final Map<String, Integer> found = new HashMap<>();
  final List<String> deleted = new ArrayList<>();
  private @Nullable IssuerSweep sweep;

  SweptAgent() {
    provider.add(SCOPE, "by-hand", "made by hand", time.instant());
    provider.add(SCOPE, "other", "made by hand too", time.instant());
  }

  /** One look by the agent that runs; the first call starts it. */
  Duration look() {
    if (sweep == null) {
      restart(Failpoints.NONE);
    }
    return java.util.Objects.requireNonNull(sweep).look();
  }

  /** Another agent on the same journal: what the last one only remembered is gone. */
  void restart(Failpoints failpoints) {
    sweep = new IssuerSweep(provider, targets(), surroundings(time, failpoints), this);
  }

  OrphanSweep.Surroundings surroundings(dev.postern.time.TimeSource clock, Failpoints failpoints) {
    return new OrphanSweep.Surroundings(
        INSTALLATION, () -> List.copyOf(journal), clock, failpoints);
  }

  List<RotationTarget> targets() {
    return List.of(target(KEY, store), target(OTHER, otherStore));
  }

  RotationTarget target(SecretName name, FakeStore where) {
    return new RotationTarget(
        new SecretDefinition(
            name,
            SecretKind.MAILGUN_SENDING_KEY,
            where,
            new SecretPath("mail/" + name),
            Map.of(),
            Duration.ofMinutes(1),
            Duration.ofHours(1)),
        provider,
        SCOPE,
        new RotationPolicy(DEADLINE, GRACE, Order.OVERLAP, WithoutSuccessor.KEEP),
        false);
  }

  /** An old key with our tag. */
  void made(String id, SecretName secret, RotationId rotation) {
    provider.add(SCOPE, id, tag(secret, rotation), time.instant().minus(Duration.ofDays(1)));
  }

  static String tag(SecretName secret, RotationId rotation) {
    return new RotationTag(INSTALLATION, secret, rotation).toString();
  }

  /** A rotation that went back: the journal knows it, and claims nothing for it. */
  RotationId wentBack(SecretName secret) {
    Receipt receipt = Receipts.of(secret, Cause.REQUESTED, Receipt.ROLLED_BACK, true);
    journal.add(receipt);
    return receipt.id();
  }

  RotationId running(SecretName secret) {
    Receipt receipt = Receipts.of(secret, Cause.REQUESTED, "issued", false);
    journal.add(receipt);
    return receipt.id();
  }

  /** A rotation that promoted its successor; the old credential's fate is told apart. */
  RotationId promoted(SecretName secret, Optional<String> old, boolean revoked, String successor) {
    Receipt receipt =
        Receipts.promoted(
            secret,
            revoked ? Receipt.DONE : Receipt.NEEDS_OPERATOR,
            old,
            revoked,
            successor,
            new Version("9"));
    journal.add(receipt);
    return receipt.id();
  }

  @Override
  public void looked(String issuer, int orphans) {
    found.put(issuer, orphans);
  }

  @Override
  public void deleted(String issuer) {
    deleted.add(issuer);
  }

  Optional<Integer> gauge() {
    return Optional.ofNullable(found.get("provider"));
  }
}
