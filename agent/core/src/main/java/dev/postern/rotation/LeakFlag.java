package dev.postern.rotation;

import dev.postern.journal.RotationEvent.Detail;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The mark in the store by which other agents learn of a leak. */
final class LeakFlag {
  private static final Logger log = LoggerFactory.getLogger(LeakFlag.class);

  /** A store that is away must not hold up the end of a credential that leaked. */
  private static final int TRIES_BESIDE_THE_STEPS = 3;

  private final Run run;
  private boolean stands;
  private int tries;

  LeakFlag(Run run) {
    this.run = run;
  }

  /**
   * Sets it; a store that takes none does not stop the cycle.
   *
   * @throws StoreException when the store is away; nothing has been changed yet, so that it is
   *     tried again
   */
  void set() {
    stands = true;
    if (!run.outside.capabilities().flags()) {
      return;
    }
    try {
      run.outside.flag(ours());
    } catch (StoreException.Denied | StoreException.Unsupported e) {
      warn(e);
    } catch (StoreException e) {
      stands = false;
      throw e;
    }
  }

  /** Sets it when a rotation turned into one of a leak after it had begun. */
  void setIfLeakWasLearntLater() {
    if (stands || !wasLearntLater() || !run.outside.capabilities().flags()) {
      return;
    }
    try {
      // Somebody else's mark says the same, and may be about the new version: it stays.
      if (run.outside.head().flag().isEmpty()) {
        run.outside.flag(ours());
      }
      stands = true;
    } catch (StoreException e) {
      tries++;
      stands = tries >= TRIES_BESIDE_THE_STEPS || !e.isTransient();
      warn(e);
    }
  }

  private boolean wasLearntLater() {
    return run.plan().compromised()
        && !run.chronicle
            .events()
            .getFirst()
            .require(Detail.CAUSE)
            .equals(Cause.COMPROMISED.wireName());
  }

  private CompromiseFlag ours() {
    return CompromiseFlag.of(run.plan().oldVersion(), run.plan().reason());
  }

  private void warn(StoreException e) {
    log.atWarn()
        .addKeyValue("secret", run.plan().secret())
        .addKeyValue("problem", e.getMessage())
        .log("the store does not take the compromised flag; other agents do not see it");
  }
}
