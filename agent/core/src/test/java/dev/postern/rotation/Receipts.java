package dev.postern.rotation;

import dev.postern.RotationId;
import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.Version;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Receipts made by hand, of rotations that never ran. */
public final class Receipts {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private Receipts() {}

  public static Receipt of(SecretName secret, Cause cause, String state, boolean ended) {
    return receipt(
        secret, cause, state, ended, Optional.empty(), false, Optional.empty(), Optional.empty());
  }

  public static Receipt promoted(
      SecretName secret,
      String state,
      Optional<String> old,
      boolean oldRevoked,
      String successor,
      Version version) {
    return receipt(
        secret,
        Cause.COMPROMISED,
        state,
        true,
        old,
        oldRevoked,
        Optional.of(successor),
        Optional.of(version));
  }

  private static Receipt receipt(
      SecretName secret,
      Cause cause,
      String state,
      boolean ended,
      Optional<String> old,
      boolean oldRevoked,
      Optional<String> successor,
      Optional<Version> version) {
    return new Receipt(
        RotationId.random(),
        secret,
        SecretKind.MAILGUN_SENDING_KEY,
        cause,
        "because",
        "test",
        Order.OVERLAP,
        START,
        START.plusSeconds(60),
        state,
        ended,
        ended ? Optional.of(START.plusSeconds(2)) : Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        new Version("1"),
        version,
        old,
        successor,
        List.of(),
        oldRevoked
            ? List.of(
                new Receipt.StepRecord(
                    Step.REVOKE,
                    START,
                    Optional.of(START.plusSeconds(1)),
                    1,
                    Optional.empty(),
                    Optional.empty()))
            : List.of(),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }
}
