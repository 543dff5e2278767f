package dev.postern.rotation;

import dev.postern.RotationId;
import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.SecretKind.Succession;
import dev.postern.Version;
import dev.postern.issuer.IssuedCredential;
import dev.postern.issuer.LiveCredential;
import dev.postern.issuer.Predecessor;
import dev.postern.issuer.ProbeResult;
import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The steps that bring a successor into being: issue, stage, test, promote. */
final class SuccessorSteps {
  private final Run run;
  private final Turning turning;
  private final LeakFlag flag;
  private boolean prepared;
  private boolean askedForOne;

  SuccessorSteps(Run run, Turning turning, LeakFlag flag) {
    this.run = run;
    this.turning = turning;
    this.flag = flag;
  }

  /** Reads the old value, marks it in the store, and finds its id: what every order begins with. */
  Optional<Progress> prepare() {
    if (prepared) {
      return Optional.empty();
    }
    StoredSecret current = run.outside.readCurrent();
    if (!current.version().equals(run.plan().oldVersion())) {
      try (current) {
        return Optional.of(
            overtaken(
                run.plan().order() == Order.OVERLAP ? Step.ISSUE : Step.REVOKE,
                "the store's current version is no longer "
                    + run.plan().oldVersion()
                    + ": somebody else changed it",
                current.fields()));
      }
    }
    run.keepPredecessor(current.fields());
    if (run.plan().compromised()) {
      run.serving.taint(run.plan().secret(), run.plan().oldVersion());
      flag.set();
    }
    prepared = true;
    return Optional.empty();
  }

  /**
   * Somebody else wrote a version, such as another agent that was told of the same leak. The leak
   * is over when whoever it was has revoked the old credential; until the deadline that is waited
   * for, and then a person is called.
   *
   * @param control a credential that the provider accepts, if it answers this address at all
   */
  private Progress overtaken(Step step, String why, SecretFields control) {
    if (!run.plan().compromised()) {
      return turning.back(why);
    }
    return oldIsRefusedBeside(control)
        ? turning.back(why + ", and the provider refuses the old credential already")
        : turning.retry(
            step,
            Obstacle.STORE_CHANGED,
            why + ", and the provider is not known to refuse the old credential");
  }

  private boolean oldIsRefusedBeside(SecretFields control) {
    if (run.predecessor().isEmpty()) {
      try {
        run.keepPredecessor(run.outside.readVersion(run.plan().oldVersion()).fields());
      } catch (StoreException.NotFound gone) {
        return false;
      }
    }
    return run.outside.probePredecessor(run.predecessor().orElseThrow())
            instanceof ProbeResult.Refused
        && run.outside.probeSuccessor(control) instanceof ProbeResult.Accepted;
  }

  boolean isPrepared() {
    return prepared;
  }

  /** Whether the latest attempt came as far as asking for a credential. */
  boolean askedForOne() {
    return askedForOne;
  }

  Progress issue() {
    askedForOne = false;
    Optional<Progress> turned = prepare();
    if (turned.isPresent()) {
      return turned.get();
    }
    Map<Detail, String> identified = OldCredential.identify(run);
    removeUnclaimed();
    run.chronicle.begun(Step.ISSUE, identified);
    Predecessor old =
        new Predecessor(
            Optional.ofNullable(identified.get(Detail.OLD_CREDENTIAL))
                .or(() -> run.chronicle.state().facts().oldCredential()),
            run.predecessor().orElseThrow());
    askedForOne = true;
    try (IssuedCredential issued = run.outside.issue(run.tag(), old)) {
      run.keepSuccessor(merged(issued.fields()));
      run.chronicle.done(Step.ISSUE, Map.of(Detail.CREDENTIAL, issued.id()));
    }
    return Progress.MOVED;
  }

  /** An earlier attempt may have made a credential whose secret nobody has. */
  private void removeUnclaimed() {
    if (!mayHaveMade(run)) {
      return;
    }
    for (LiveCredential lost : run.madeByThisRotation(run.outside.live())) {
      run.outside.revokeSuccessor(lost.id());
    }
  }

  /** Whether a credential of this rotation may exist that no later event accounts for. */
  static boolean mayHaveMade(Run run) {
    if (run.plan().succession() != Succession.BESIDE) {
      return false;
    }
    boolean may = false;
    for (RotationEvent event : run.chronicle.events()) {
      if (event.detail(Detail.STEP).filter(Step.ISSUE.wireName()::equals).isPresent()) {
        may = event.fact() == Fact.BEGUN || (may && event.detail(Detail.OUTCOME).isEmpty());
      }
    }
    return may;
  }

  /** What the store holds beside the credential's own fields is kept. */
  private SecretFields merged(SecretFields issued) {
    Map<String, SecretBytes> fields = new TreeMap<>();
    SecretFields old = run.predecessor().orElseThrow();
    try (SecretFields fresh = issued.copy();
        SecretFields rest = old.copy(name -> issued.field(name).isEmpty())) {
      for (SecretFields part : List.of(fresh, rest)) {
        part.names()
            .forEach(
                name ->
                    fields.put(
                        name,
                        SecretBytes.takeOwnershipOf(part.field(name).orElseThrow().exposeCopy())));
      }
    }
    return SecretFields.takeOwnershipOf(fields);
  }

  Progress stage() {
    if (run.successor().isEmpty()) {
      return recoverAfterIssue();
    }
    run.chronicle.begun(Step.STAGE, Map.of());
    if (run.outside.capabilities().staging()) {
      try {
        run.outside.stage(run.plan().id(), run.successor().orElseThrow());
      } catch (StoreException.Conflict conflict) {
        if (!dropLitter()) {
          throw conflict;
        }
        run.outside.stage(run.plan().id(), run.successor().orElseThrow());
      }
    }
    run.chronicle.done(Step.STAGE, Map.of());
    return Progress.MOVED;
  }

  /** A pending version that an ended rotation of ours left behind would block every later one. */
  private boolean dropLitter() {
    try (StoredSecret pending = run.outside.readPending().orElse(null)) {
      Optional<RotationId> owner =
          Optional.ofNullable(pending)
              .flatMap(StoredSecret::rotation)
              .filter(run.hasEnded.or(run.plan().id()::equals));
      owner.ifPresent(run.outside::dropPending);
      return owner.isPresent();
    }
  }

  /** After a restart the value is in the store, if staging was reached, or it is lost. */
  private Progress recoverAfterIssue() {
    if (adoptPending()) {
      run.chronicle.done(Step.STAGE, Map.of());
      return Progress.MOVED;
    }
    return startAnew();
  }

  /** Nobody has the successor's value: another one is made. */
  private Progress startAnew() {
    boolean made = run.plan().succession() == Succession.BESIDE;
    if (made) {
      run.chronicle.state().facts().newCredential().ifPresent(run.outside::revokeSuccessor);
    }
    run.chronicle.record(
        Fact.FAILED,
        Map.of(
            Detail.STEP,
            Step.ISSUE.wireName(),
            Detail.OUTCOME,
            Replay.VALUE_LOST,
            Detail.MESSAGE,
            "the new credential's value was lost with the process; "
                + (made ? "it was revoked" : "another one is chosen")));
    return Progress.MOVED;
  }

  /** A value that was kept and is not there: removed by somebody, or the store keeps none. */
  private Progress withoutValue() {
    return run.outside.capabilities().staging()
        ? turning.abandon("the pending version has gone from the store; somebody removed it")
        : startAnew();
  }

  /**
   * Sets the kept value at the provider. When it is not known whether an earlier attempt did, the
   * provider is asked first: a change is never repeated blindly.
   */
  Progress activate() {
    if (run.successor().isEmpty() && !adoptPending()) {
      return withoutValue();
    }
    SecretFields fields = run.successor().orElseThrow();
    boolean known =
        run.chronicle.hasBegun(Step.ACTIVATE)
            && run.outside.probeSuccessor(fields) instanceof ProbeResult.Accepted;
    if (!known) {
      run.chronicle.begun(Step.ACTIVATE, Map.of());
      run.outside.activate(fields);
    }
    run.chronicle.done(
        Step.ACTIVATE,
        run.chronicle.state().facts().inPlace()
            ? Map.of(Detail.MESSAGE, "replaced in place: the old password died with it")
            : Map.of());
    return Progress.MOVED;
  }

  private boolean adoptPending() {
    if (!run.outside.capabilities().staging()) {
      return false;
    }
    try (StoredSecret pending = run.outside.readPending().orElse(null)) {
      if (pending == null || !pending.rotation().equals(Optional.of(run.plan().id()))) {
        return false;
      }
      run.keepSuccessor(pending.fields().copy());
      return true;
    }
  }

  Progress test() {
    if (run.successor().isEmpty() && !adoptPending()) {
      return withoutValue();
    }
    run.chronicle.begun(Step.TEST, Map.of());
    ProbeResult result = run.outside.probeSuccessor(run.successor().orElseThrow());
    return switch (result) {
      case ProbeResult.Accepted accepted -> {
        run.chronicle.done(Step.TEST, Map.of());
        yield Progress.MOVED;
      }
      case ProbeResult untested when goesOnUntested() -> {
        run.chronicle.done(
            Step.TEST,
            Map.of(
                Detail.MESSAGE,
                "the probe did not confirm it; going on, because the old password is gone"));
        yield Progress.MOVED;
      }
      case ProbeResult.Refused refused ->
          turning.retry(
              Step.TEST,
              Obstacle.SUCCESSOR_NOT_ACCEPTED,
              "the provider does not accept the new credential yet; if this lasts, check that this"
                  + " address may call the provider and that the region is right");
      case ProbeResult.Unknown unknown ->
          turning.retry(
              Step.TEST,
              Obstacle.PROBE_UNANSWERED,
              "cannot test the new credential: " + unknown.reason());
    };
  }

  /**
   * Where the provider confirmed that the new value took the old one's place, holding it back keeps
   * nobody's mail going.
   */
  private boolean goesOnUntested() {
    Facts facts = run.chronicle.state().facts();
    return facts.inPlace()
        && facts.inForce()
        && Turning.isOver(run.successorLimit(), run.time.instant());
  }

  Progress promote() {
    if (run.successor().isEmpty() && !adoptPending()) {
      return promotedBefore().map(this::promoted).orElseGet(this::withoutValue);
    }
    run.chronicle.begun(Step.PROMOTE, Map.of());
    try {
      return promoted(
          run.outside.promote(
              run.plan().id(), run.successor().orElseThrow(), run.plan().oldVersion()));
    } catch (StoreException.Conflict e) {
      // Going back would revoke the key that is served, if it was our own write after all.
      return promotedBefore()
          .map(this::promoted)
          .orElseGet(() -> overtaken(Step.PROMOTE, e.getMessage(), run.successor().orElseThrow()));
    }
  }

  /** The store's word on whether a promotion whose answer was lost has happened. */
  Optional<Version> promotedBefore() {
    try (StoredSecret current = run.outside.readCurrent()) {
      boolean ours =
          current.rotation().equals(Optional.of(run.plan().id()))
              || run.successor().filter(mine -> sameValue(mine, current.fields())).isPresent()
              || isSuccessor(current);
      if (ours && run.successor().isEmpty()) {
        run.keepSuccessor(current.fields().copy());
      }
      return ours ? Optional.of(current.version()) : Optional.empty();
    }
  }

  /**
   * For a store that keeps no word of who wrote a version, after a restart that lost the value:
   * whether what is there since the promotion began is the credential that this rotation made. Its
   * value too must be the right one, where the id does not change with it.
   */
  private boolean isSuccessor(StoredSecret current) {
    Optional<String> made = run.chronicle.state().facts().newCredential();
    return run.successor().isEmpty()
        && current.rotation().isEmpty()
        && run.chronicle.hasBegun(Step.PROMOTE)
        && !current.version().equals(run.plan().oldVersion())
        && made.isPresent()
        && run.outside.idOf(current.fields()).equals(made)
        && (run.plan().succession() == Succession.BESIDE
            || !(run.outside.probeSuccessor(current.fields()) instanceof ProbeResult.Refused));
  }

  /** By the kind's own fields: a store of plain texts keeps nothing beside them. */
  private boolean sameValue(SecretFields mine, SecretFields stored) {
    List<String> own = run.plan().scope().kind().fields();
    try (SecretFields ours = mine.copy(own::contains);
        SecretFields theirs = stored.copy(own::contains)) {
      return ours.sameAs(theirs);
    }
  }

  /** From here on there is no way back, and the old version is not served again if it leaked. */
  Progress promoted(Version version) {
    Map<Detail, String> details = new EnumMap<>(Detail.class);
    details.put(Detail.VERSION, version.id());
    details.put(Detail.HOLDERS, Holders.write(run.consumers.holdings(run.plan().secret())));
    run.chronicle.done(Step.PROMOTE, details);
    if (run.plan().compromised()) {
      run.serving.withdraw(run.plan().secret(), run.plan().oldVersion());
    }
    run.serving.publish(
        run.plan().secret(), version, run.successor().orElseThrow(), run.time.instant());
    return Progress.MOVED;
  }
}
