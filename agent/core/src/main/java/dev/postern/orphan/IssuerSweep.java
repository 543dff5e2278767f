package dev.postern.orphan;

import dev.postern.failpoint.Failpoint;
import dev.postern.issuer.CredentialIssuer;
import dev.postern.issuer.IssuerException;
import dev.postern.issuer.Revocation;
import dev.postern.journal.JournalException;
import dev.postern.rotation.RotationTarget;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at one issuer's credentials. Belongs to one thread; never waits itself. */
final class IssuerSweep {
  private static final Logger log = LoggerFactory.getLogger(IssuerSweep.class);
  private static final Logger audit = LoggerFactory.getLogger("postern.audit");

  static final Duration BETWEEN_LOOKS = Duration.ofHours(1);

  /** How soon to see whether a deletion holds, and what a running rotation leaves. */
  static final Duration SOON = Duration.ofMinutes(1);

  /**
   * How long a credential of a rotation that this journal does not know is left alone: another
   * agent may be about to keep it.
   */
  static final Duration YOUTH = Duration.ofMinutes(2);

  /** Added to a rotation's own times, where another agent rotates the same secret. */
  static final Duration MARGIN = Duration.ofMinutes(15);

  private final CredentialIssuer issuer;
  private final List<RotationTarget> targets;
  private final OrphanSweep.Surroundings around;
  private final OrphanListener listener;

  /** When each credential that nothing claims was first seen, since when nothing claims it. */
  private final Map<String, Instant> unclaimedSince = new HashMap<>();

  /** Those of secrets that the config does not have, each told of once. */
  private final Set<String> toldOf = new HashSet<>();

  private int failures;

  IssuerSweep(
      CredentialIssuer issuer,
      List<RotationTarget> targets,
      OrphanSweep.Surroundings around,
      OrphanListener listener) {
    this.issuer = issuer;
    this.targets = List.copyOf(targets);
    this.around = around;
    this.listener = listener;
  }

  String issuer() {
    return issuer.name();
  }

  /** Looks at all scopes once, and deletes what may be deleted; returns when to look again. */
  Duration look() {
    try {
      return settle(OwnCredentials.list(issuer, targets, around));
    } catch (IssuerException e) {
      return failed(e.getMessage(), e.retryAfter());
    } catch (JournalException e) {
      return failed(e.getMessage(), Optional.empty());
    } catch (RuntimeException bug) {
      log.atError()
          .addKeyValue("issuer", issuer.name())
          .setCause(bug)
          .log("looking for orphans failed by a fault of the agent; it is tried again");
      return jittered(BETWEEN_LOOKS);
    }
  }

  private JournalClaims journal() {
    return new JournalClaims(around.rotations().get());
  }

  /** Asks the stores, only when there is something to ask about. */
  private Duration settle(OwnCredentials listing) {
    if (listing.unclaimed().isEmpty()) {
      unclaimedSince.clear();
      recovered();
      listener.looked(issuer.name(), 0);
      return jittered(BETWEEN_LOOKS);
    }
    StoreClaims stores = new StoreClaims(targets, listing.live(), journal(), around.failpoints());
    List<OwnCredential> orphans = new ArrayList<>();
    Optional<String> blocked = Optional.empty();
    for (OwnCredential one : listing.unclaimed()) {
      Optional<String> problem = stores.problem(one.scope());
      if (problem.isPresent()) {
        blocked = problem;
      } else if (!stores.claim(one.credential(), one.tag())) {
        orphans.add(one);
      }
    }
    unclaimedSince.keySet().retainAll(orphans.stream().map(one -> one.id()).toList());
    Duration next = jittered(BETWEEN_LOOKS);
    for (OwnCredential orphan : orphans) {
      next = shorter(next, settle(orphan, stores));
    }
    if (blocked.isPresent()) {
      return shorter(next, failed(blocked.get(), Optional.empty()));
    }
    recovered();
    listener.looked(issuer.name(), orphans.size());
    return next;
  }

  /** Deletes one orphan, or leaves it for now; returns when it is to be looked at again. */
  private Duration settle(OwnCredential orphan, StoreClaims stores) {
    Instant now = around.time().instant();
    String id = orphan.id();
    Instant since = unclaimedSince.computeIfAbsent(id, _ -> now);
    Optional<RotationTarget> target =
        targets.stream()
            .filter(one -> one.secret().name().equals(orphan.tag().secret()))
            .findFirst();
    if (target.isEmpty()) {
      tellOfUnknownSecret(orphan);
      return BETWEEN_LOOKS;
    }
    JournalClaims journal = journal();
    if (journal.rotating(orphan.tag().secret())
        || journal.claim(orphan.credential(), orphan.tag())) {
      return SOON;
    }
    Instant from = earliest(orphan, since, target.get(), journal, stores);
    if (Thread.currentThread().isInterrupted()) {
      return SOON; // the agent is stopping
    }
    if (from.isAfter(now)) {
      return Duration.between(now, from);
    }
    delete(orphan);
    return SOON;
  }

  /** From when on an orphan may be deleted. */
  private Instant earliest(
      OwnCredential orphan,
      Instant since,
      RotationTarget target,
      JournalClaims journal,
      StoreClaims stores) {
    if (stores.madeElsewhere(orphan.tag().secret())) {
      return since.plus(target.policy().grace()).plus(target.policy().deadline()).plus(MARGIN);
    }
    if (journal.knows(orphan.tag().rotation())) {
      return Instant.MIN;
    }
    return orphan.credential().createdAt().orElse(since).plus(YOUTH);
  }

  private void tellOfUnknownSecret(OwnCredential orphan) {
    if (toldOf.add(orphan.id())) {
      log.atWarn()
          .addKeyValue("issuer", issuer.name())
          .addKeyValue("credential", orphan.id())
          .addKeyValue("tag", orphan.tag())
          .log(
              "a live key was made for a secret that the config does not have, and is left alone:"
                  + " put the secret back, or delete the key at the provider");
    }
  }

  private void delete(OwnCredential orphan) {
    String id = orphan.id();
    audit
        .atInfo()
        .addKeyValue("action", "delete-orphan")
        .addKeyValue("issuer", issuer.name())
        .addKeyValue("credential", id)
        .addKeyValue("tag", orphan.tag())
        .log("allowed");
    Revocation done =
        around
            .failpoints()
            .around(Failpoint.ISSUER_REVOKE_ORPHAN, () -> issuer.revoke(orphan.scope(), id));
    log.atWarn()
        .addKeyValue("issuer", issuer.name())
        .addKeyValue("secret", orphan.tag().secret())
        .addKeyValue("credential", id)
        .addKeyValue("rotation", orphan.tag().rotation())
        .log(
            done == Revocation.REVOKED
                ? "deleted a key that Postern had made and nothing used"
                : "a key that nothing used was gone before it could be deleted");
    if (done == Revocation.REVOKED) {
      listener.deleted(issuer.name());
    }
  }

  /** It is told once per outage, and asked less and less often. */
  private Duration failed(String problem, Optional<Duration> wish) {
    if (Thread.currentThread().isInterrupted()) {
      return SOON; // the agent is stopping, and what failed is the call that it broke off
    }
    failures++;
    if (failures == 1) {
      log.atWarn()
          .addKeyValue("issuer", issuer.name())
          .addKeyValue("problem", problem)
          .log("cannot look for orphaned keys; nothing of what is not known is deleted");
    }
    Duration pause = SOON.multipliedBy(1L << Math.min(failures - 1, 6));
    Duration longest = wish.filter(asked -> asked.compareTo(pause) > 0).orElse(pause);
    return jittered(shorter(longest, BETWEEN_LOOKS));
  }

  private void recovered() {
    if (failures > 0) {
      log.atInfo().addKeyValue("issuer", issuer.name()).log("looking for orphaned keys again");
    }
    failures = 0;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration jittered(Duration base) {
    double factor = ThreadLocalRandom.current().nextDouble(0.8, 1.0);
    return Duration.ofMillis((long) (base.toMillis() * factor));
  }
}
