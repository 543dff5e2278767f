package dev.postern.rotation;

import dev.postern.RotationId;
import dev.postern.RotationTag;
import dev.postern.SecretKind;
import dev.postern.SecretKind.Succession;
import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.issuer.CredentialScope;
import dev.postern.journal.JournalException;
import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Detail;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a rotation set out to do, as it was recorded before anything else. */
record RotationPlan(
    RotationId id,
    SecretName secret,
    CredentialScope scope,
    Cause cause,
    String reason,
    String requestedBy,
    Order order,
    WithoutSuccessor withoutSuccessor,
    Instant flaggedAt,
    Instant deadlineAt,
    Duration grace,
    Duration watch,
    Version oldVersion,
    Optional<String> batch) {

  /** A plan that belongs to no batch, and whose account's use nobody looks at afterwards. */
  RotationPlan(
      RotationId id,
      SecretName secret,
      CredentialScope scope,
      Cause cause,
      String reason,
      String requestedBy,
      Order order,
      WithoutSuccessor withoutSuccessor,
      Instant flaggedAt,
      Instant deadlineAt,
      Duration grace,
      Version oldVersion) {
    this(
        id,
        secret,
        scope,
        cause,
        reason,
        requestedBy,
        order,
        withoutSuccessor,
        flaggedAt,
        deadlineAt,
        grace,
        Duration.ZERO,
        oldVersion,
        Optional.empty());
  }

  boolean compromised() {
    return cause == Cause.COMPROMISED;
  }

  Succession succession() {
    return scope.kind().succession();
  }

  RotationTag tag(String installation) {
    return new RotationTag(installation, secret, id);
  }

  /**
   * A second request's wishes: the more urgent of the two wins. When only now a leak is reported,
   * the time to revoke begins now, and consumers get the whole of the new deadline.
   */
  RotationPlan joinedBy(Cause otherCause, Instant otherDeadline, Instant at) {
    boolean leakIsNews = otherCause == Cause.COMPROMISED && !compromised();
    return with(
        leakIsNews ? Cause.COMPROMISED : cause,
        leakIsNews ? at : flaggedAt,
        leakIsNews || otherDeadline.isBefore(deadlineAt) ? otherDeadline : deadlineAt);
  }

  /** A request that came while the rotation went back: it is done again, in this one's time. */
  RotationPlan begunAnewBy(Cause otherCause, Instant otherDeadline, Instant at) {
    boolean leak = compromised() || otherCause == Cause.COMPROMISED;
    return with(
        leak ? Cause.COMPROMISED : otherCause, compromised() ? flaggedAt : at, otherDeadline);
  }

  private RotationPlan with(Cause changedCause, Instant changedFlag, Instant changedDeadline) {
    return new RotationPlan(
        id,
        secret,
        scope,
        changedCause,
        reason,
        requestedBy,
        order,
        withoutSuccessor,
        changedFlag,
        changedDeadline,
        grace,
        watch,
        oldVersion,
        batch);
  }

  /** Whether the account's use is looked at, before and after the revocation. */
  boolean watched() {
    return compromised() && watch.isPositive();
  }

  Map<Detail, String> toDetails() {
    Map<Detail, String> details = new EnumMap<>(Detail.class);
    details.put(Detail.SECRET, secret.value());
    details.put(Detail.KIND, scope.kind().wireName());
    details.put(Detail.DOMAIN, scope.domain());
    if (!scope.logins().isEmpty()) {
      details.put(Detail.LOGINS, String.join("\n", scope.logins()));
    }
    details.put(Detail.CAUSE, cause.wireName());
    details.put(Detail.REASON, reason);
    details.put(Detail.REQUESTED_BY, requestedBy);
    details.put(Detail.ORDER, order.wireName());
    details.put(Detail.WITHOUT_SUCCESSOR, withoutSuccessor.wireName());
    details.put(Detail.FLAGGED_AT, flaggedAt.toString());
    details.put(Detail.DEADLINE_AT, deadlineAt.toString());
    details.put(Detail.GRACE_MILLIS, Long.toString(grace.toMillis()));
    if (watch.isPositive()) {
      details.put(Detail.WATCH_MILLIS, Long.toString(watch.toMillis()));
    }
    details.put(Detail.OLD_VERSION, oldVersion.id());
    batch.ifPresent(name -> details.put(Detail.BATCH, name));
    return details;
  }

  static RotationPlan of(RotationEvent planned) {
    try {
      return new RotationPlan(
          planned.rotation(),
          new SecretName(planned.require(Detail.SECRET)),
          new CredentialScope(
              SecretKind.ofWireName(planned.require(Detail.KIND)).orElseThrow(),
              planned.require(Detail.DOMAIN),
              planned.detail(Detail.LOGINS).map(text -> text.lines().toList()).orElse(List.of())),
          Cause.ofWireName(planned.require(Detail.CAUSE)).orElseThrow(),
          planned.require(Detail.REASON),
          planned.require(Detail.REQUESTED_BY),
          Order.ofWireName(planned.require(Detail.ORDER)).orElseThrow(),
          WithoutSuccessor.ofWireName(planned.require(Detail.WITHOUT_SUCCESSOR)).orElseThrow(),
          Instant.parse(planned.require(Detail.FLAGGED_AT)),
          Instant.parse(planned.require(Detail.DEADLINE_AT)),
          Duration.ofMillis(Long.parseLong(planned.require(Detail.GRACE_MILLIS))),
          Duration.ofMillis(Long.parseLong(planned.detail(Detail.WATCH_MILLIS).orElse("0"))),
          new Version(planned.require(Detail.OLD_VERSION)),
          planned.detail(Detail.BATCH));
    } catch (IllegalArgumentException | DateTimeException | java.util.NoSuchElementException e) {
      throw new JournalException.Corrupt(
          "the plan of rotation " + planned.rotation() + " in the journal cannot be understood");
    }
  }
}
