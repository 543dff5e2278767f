package dev.postern.rotation;

import dev.postern.SecretKind.Succession;
import dev.postern.Version;
import java.util.Optional;

/**
 * Where a rotation stands. Each state is the outcome of a step that the journal holds; the methods
 * of a state are the only legal moves out of it.
 *
 * <p>{@link Order#OVERLAP}: planned, issued, staged, tested, promoted, propagated, revoked, proven,
 * done. {@link Order#REVOKE_FIRST}: planned, revoked, issued, staged, tested, promoted, propagated,
 * proven, done.
 */
sealed interface RotationState {

  Facts facts();

  /** The state's name in the journal's receipts, the API and the command line. */
  String wireName();

  /** The same state with facts that do not move it. */
  RotationState with(Facts facts);

  default RotationPlan plan() {
    return facts().plan();
  }

  /** Whether a cancel can be kept: nothing that cannot be undone has been begun. */
  default boolean canGoBack() {
    return false;
  }

  /** A state in which the store still serves the old version, so that going back is possible. */
  sealed interface BeforePromotion extends RotationState {
    /**
     * The value was lost with the process before it was kept, or the store keeps no pending one:
     * the provider shows it only once.
     */
    default BeforePromotion valueLost() {
      boolean inHand = facts().newCredential().isPresent() && facts().newVersion().isEmpty();
      require(inHand, "lose only what was issued and is not in use");
      Facts without = facts().withNewCredential(Optional.empty());
      return without.oldRevoked() ? new Revoked(without) : new Planned(without);
    }

    default RollingBack rollBack(String why, boolean needsOperator) {
      return new RollingBack(facts(), why, needsOperator);
    }

    @Override
    default boolean canGoBack() {
      return !facts().committed();
    }
  }

  /** A state from which nothing leads on. */
  sealed interface Ended extends RotationState {
    String why();
  }

  record Planned(Facts facts) implements BeforePromotion {
    @Override
    public String wireName() {
      return "planned";
    }

    @Override
    public Planned with(Facts changed) {
      return new Planned(changed);
    }

    Issued issued(String credential) {
      require(plan().order() == Order.OVERLAP, "issue before revoking");
      return new Issued(facts.withNewCredential(Optional.of(credential)));
    }

    Revoked revoked() {
      require(plan().order() == Order.REVOKE_FIRST, "revoke before issuing");
      return new Revoked(facts.withOldRevoked());
    }
  }

  record Issued(Facts facts) implements BeforePromotion {
    @Override
    public String wireName() {
      return "issued";
    }

    @Override
    public Issued with(Facts changed) {
      return new Issued(changed);
    }

    Staged staged() {
      return new Staged(facts);
    }
  }

  record Staged(Facts facts) implements BeforePromotion {
    @Override
    public String wireName() {
      return "staged";
    }

    @Override
    public Staged with(Facts changed) {
      return new Staged(changed);
    }

    /** Whether a kept value has yet to be set at the provider. */
    boolean needsActivation() {
      return plan().succession() == Succession.CHOSEN && !facts.inForce();
    }

    Staged activated() {
      require(needsActivation(), "activate once, and only what was chosen");
      return new Staged(facts.withSuccessorInForce());
    }

    Tested tested() {
      require(!needsActivation(), "activate before testing");
      return new Tested(facts, false);
    }
  }

  /**
   * The successor works.
   *
   * @param promoting whether the store may have been asked to make it current: it may be so by now,
   *     or become so, whatever came back
   */
  record Tested(Facts facts, boolean promoting) implements BeforePromotion {
    @Override
    public String wireName() {
      return "tested";
    }

    @Override
    public Tested with(Facts changed) {
      return new Tested(changed, promoting);
    }

    @Override
    public boolean canGoBack() {
      return !promoting && !facts.committed();
    }

    Tested promotionBegun() {
      return new Tested(facts, true);
    }

    Promoted promoted(Version version) {
      return new Promoted(facts.withNewVersion(version));
    }
  }

  record Promoted(Facts facts) implements RotationState {
    @Override
    public String wireName() {
      return "promoted";
    }

    @Override
    public Promoted with(Facts changed) {
      return new Promoted(changed);
    }

    Propagated propagated() {
      return new Propagated(facts);
    }
  }

  record Propagated(Facts facts) implements RotationState {
    @Override
    public String wireName() {
      return "propagated";
    }

    @Override
    public Propagated with(Facts changed) {
      return new Propagated(changed);
    }

    Revoked revoked() {
      require(!facts.oldRevoked(), "revoke once");
      return new Revoked(facts.withOldRevoked());
    }

    Proven proven() {
      require(facts.oldRevoked(), "revoke before proving");
      return new Proven(facts);
    }

    NeedsOperator needsOperator(String why) {
      return new NeedsOperator(facts, why);
    }
  }

  /**
   * The provider confirmed the revocation. Nobody says "dead" yet. With {@link Order#REVOKE_FIRST}
   * this comes before there is a successor.
   */
  record Revoked(Facts facts) implements BeforePromotion {
    @Override
    public String wireName() {
      return "revoked";
    }

    @Override
    public Revoked with(Facts changed) {
      return new Revoked(changed);
    }

    boolean successorInUse() {
      return facts.newVersion().isPresent();
    }

    Issued issued(String credential) {
      require(!successorInUse(), "issue one successor");
      return new Issued(facts.withNewCredential(Optional.of(credential)));
    }

    Proven proven() {
      require(successorInUse(), "prove beside a successor");
      return new Proven(facts);
    }

    NeedsOperator needsOperator(String why) {
      require(successorInUse(), "go back only before promotion");
      return new NeedsOperator(facts, why);
    }

    @Override
    public RollingBack rollBack(String why, boolean needsOperator) {
      require(!successorInUse(), "go back only before promotion");
      return new RollingBack(facts, why, needsOperator);
    }
  }

  record Proven(Facts facts) implements RotationState {
    @Override
    public String wireName() {
      return "proven";
    }

    @Override
    public Proven with(Facts changed) {
      return new Proven(changed);
    }

    Done done() {
      return new Done(facts);
    }
  }

  /**
   * Removing what was made; the old credential goes on being served.
   *
   * @param again whether somebody asked for the rotation anew meanwhile: it begins again after this
   */
  record RollingBack(Facts facts, String why, boolean needsOperator, boolean again)
      implements RotationState {

    RollingBack(Facts facts, String why, boolean needsOperator) {
      this(facts, why, needsOperator, false);
    }

    @Override
    public String wireName() {
      return "rolling-back";
    }

    @Override
    public RollingBack with(Facts changed) {
      return new RollingBack(changed, why, needsOperator, again);
    }

    /** Removing does not get on: a person must look. */
    RollingBack because(String other) {
      return new RollingBack(facts, other, true, again);
    }

    /** The store took the successor after all: going back would revoke what is served. */
    Promoted promoted(Version version) {
      require(facts.newCredential().isPresent(), "promote only what was issued");
      return new Promoted(facts.withNewVersion(version));
    }

    RollingBack thenAgain(RotationPlan plan) {
      return new RollingBack(facts.withPlan(plan), why, needsOperator, true);
    }

    RotationState rolledBack() {
      if (again) {
        Facts without = facts.withNewCredential(Optional.empty());
        return without.oldRevoked() ? new Revoked(without) : new Planned(without);
      }
      return needsOperator ? new NeedsOperator(facts, why) : new RolledBack(facts, why);
    }
  }

  record Done(Facts facts) implements Ended {
    @Override
    public String wireName() {
      return Receipt.DONE;
    }

    @Override
    public Done with(Facts changed) {
      return new Done(changed);
    }

    @Override
    public String why() {
      return "";
    }
  }

  record RolledBack(Facts facts, String why) implements Ended {
    @Override
    public String wireName() {
      return Receipt.ROLLED_BACK;
    }

    @Override
    public RolledBack with(Facts changed) {
      return new RolledBack(changed, why);
    }
  }

  record NeedsOperator(Facts facts, String why) implements Ended {
    @Override
    public String wireName() {
      return Receipt.NEEDS_OPERATOR;
    }

    @Override
    public NeedsOperator with(Facts changed) {
      return new NeedsOperator(changed, why);
    }
  }

  private static void require(boolean legal, String rule) {
    if (!legal) {
      throw new IllegalStateException("illegal move of a rotation: the rule is to " + rule);
    }
  }
}
