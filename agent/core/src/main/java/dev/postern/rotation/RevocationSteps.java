package dev.postern.rotation;

import dev.postern.issuer.ProbeResult;
import dev.postern.issuer.Revocation;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.StoreException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps that end the old credential: revoke it, prove it dead, clear the flag. */
final class RevocationSteps {
  private static final Logger log = LoggerFactory.getLogger(RevocationSteps.class);

  /** Refusals in a row, each beside an accepted successor, that count as proof. */
  private static final int PROOFS = 3;

  /** Between two proofs, so that they are not answered by one cached look at the same replica. */
  private static final Duration BETWEEN_PROOFS = Duration.ofMillis(10);

  private final Run run;
  private final Turning turning;
  private int proofs;

  RevocationSteps(Run run, Turning turning) {
    this.run = run;
    this.turning = turning;
  }

  Progress revoke() {
    readPredecessor();
    Map<Detail, String> identified = OldCredential.identify(run);
    Optional<String> id =
        Optional.ofNullable(identified.get(Detail.OLD_CREDENTIAL))
            .or(() -> run.chronicle.state().facts().oldCredential());
    if (id.isEmpty()) {
      return turning.toOperator(
          cannotTell(identified.getOrDefault(Detail.CANDIDATES, "")), identified);
    }
    if (id.equals(run.chronicle.state().facts().newCredential())) {
      return turning.toOperator(
          "the store names the new credential "
              + id.get()
              + " as the old one: correct api_key_id in the store, then revoke the old key by hand",
          Map.of());
    }
    run.chronicle.begun(Step.REVOKE, identified);
    run.outside.renewAuthority();
    Revocation revocation = run.outside.revokePredecessor(id.get());
    String message =
        switch (revocation) {
          case REVOKED -> "the provider confirmed the revocation of " + id.get();
          case ALREADY_GONE -> "the provider no longer lists " + id.get();
        };
    run.chronicle.done(Step.REVOKE, Map.of(Detail.MESSAGE, message));
    return Progress.MOVED;
  }

  private String cannotTell(String candidates) {
    return "cannot tell which live credential of "
        + run.plan().scope().domain()
        + " is the old one ("
        + (candidates.isEmpty() ? "none is alive" : candidates.replace("\n", ", "))
        + "): delete the leaked one at the provider, and keep api_key_id in the store from now on";
  }

  private void readPredecessor() {
    if (run.predecessor().isEmpty()) {
      run.keepPredecessor(run.outside.readVersion(run.plan().oldVersion()).fields());
    }
  }

  private void readSuccessor() {
    if (run.successor().isEmpty()) {
      run.keepSuccessor(
          run.outside
              .readVersion(run.chronicle.state().facts().newVersion().orElseThrow())
              .fields());
    }
  }

  /**
   * One round of proof. A provider refuses a dead key, a foreign address and a wrong region with
   * the same answer, so a refusal counts only beside an acceptance of the successor.
   */
  Progress prove() {
    try {
      readPredecessor();
      readSuccessor();
    } catch (StoreException.NotFound e) {
      return turning.toOperator(
          "the old value is no longer in the store, so its death cannot be shown: check at the"
              + " provider that the credential is gone",
          Map.of());
    }
    if (!run.chronicle.hasBegun(Step.PROVE)) {
      run.chronicle.begun(Step.PROVE, Map.of());
    }
    ProbeResult successor = run.outside.probeSuccessor(run.successor().orElseThrow());
    ProbeResult old = run.outside.probePredecessor(run.predecessor().orElseThrow());
    if (!(successor instanceof ProbeResult.Accepted && old instanceof ProbeResult.Refused)) {
      proofs = 0;
      return turning.retry(Step.PROVE, obstacle(old, successor), notProven(old, successor));
    }
    run.chronicle.record(
        Fact.PROBED,
        Map.of(Detail.OLD_ANSWER, word(old), Detail.SUCCESSOR_ANSWER, word(successor)));
    proofs++;
    if (proofs < PROOFS) {
      return new Progress.Waiting(run.time.instant().plus(BETWEEN_PROOFS));
    }
    run.chronicle.done(
        Step.PROVE,
        Map.of(
            Detail.MESSAGE,
            PROOFS + " refusals of the old credential, each beside an accepted new one"));
    return Progress.MOVED;
  }

  private static String notProven(ProbeResult old, ProbeResult successor) {
    return switch (old) {
      case ProbeResult.Accepted accepted -> "the provider still accepts the old credential";
      case ProbeResult.Unknown unknown ->
          "the provider's answer about the old credential is not known: " + unknown.reason();
      case ProbeResult.Refused refused ->
          switch (successor) {
            case ProbeResult.Unknown unknown ->
                "no positive control, the new credential's answer is not known: "
                    + unknown.reason();
            case ProbeResult.Refused alsoRefused ->
                "the provider refuses both credentials, which says nothing of the old one: check"
                    + " that this address may call the provider and that the region is right";
            case ProbeResult.Accepted accepted ->
                throw new IllegalStateException("that is a proof");
          };
    };
  }

  private static Obstacle obstacle(ProbeResult old, ProbeResult successor) {
    return switch (old) {
      case ProbeResult.Accepted accepted -> Obstacle.OLD_STILL_ACCEPTED;
      case ProbeResult.Unknown unknown -> Obstacle.PROBE_UNANSWERED;
      case ProbeResult.Refused refused ->
          successor instanceof ProbeResult.Refused
              ? Obstacle.ADDRESS_OR_REGION_REFUSED
              : Obstacle.PROBE_UNANSWERED;
    };
  }

  private static String word(ProbeResult result) {
    return switch (result) {
      case ProbeResult.Accepted accepted -> "accepted";
      case ProbeResult.Refused refused -> "refused";
      case ProbeResult.Unknown unknown -> "unknown";
    };
  }

  Progress finish() {
    run.chronicle.begun(Step.FINISH, Map.of());
    boolean flags = run.plan().compromised() && run.outside.capabilities().flags();
    run.chronicle.done(Step.FINISH, flags ? clearFlag() : Map.of());
    if (flags) {
      // A mark that came while it ran was taken for its own: from now on it is a leak of its own.
      run.serving.refreshSoon(run.plan().secret());
    }
    return Progress.MOVED;
  }

  /**
   * Only our own mark is cleared: another one is a new leak, not this one. The port cannot compare
   * and clear at once, so nothing comes between the look and the clearing; a mark that is set in
   * that one round trip is lost.
   */
  private Map<Detail, String> clearFlag() {
    CompromiseFlag ours = CompromiseFlag.of(run.plan().oldVersion(), run.plan().reason());
    try {
      Optional<CompromiseFlag> standing = run.outside.head().flag();
      if (standing.equals(Optional.of(ours))) {
        run.outside.unflag();
        return Map.of(Detail.MESSAGE, "the store's flag is cleared");
      }
      Map<Detail, String> details = new EnumMap<>(Detail.class);
      details.put(Detail.MESSAGE, "no flag of this rotation stands in the store");
      standing.ifPresent(flag -> details.put(Detail.STANDING_MARK, flag.mark()));
      return details;
    } catch (StoreException.Denied | StoreException.Unsupported | StoreException.NotFound e) {
      log.atWarn()
          .addKeyValue("secret", run.plan().secret())
          .addKeyValue("problem", e.getMessage())
          .log("the store's compromised flag could not be cleared");
      return Map.of(Detail.MESSAGE, "the store's flag could not be cleared");
    }
  }
}
