package dev.postern.rotation;

import java.util.Locale;

/**
 * One thing that happens in the model's world, with at most one fault in the middle of it.
 *
 * @param which the consumer or the delayed call it is about
 * @param place the how-manieth place of the action the fault strikes at
 * @param meanwhile what somebody else does at that place; only with {@link Fault#MEANWHILE}
 */
record ModelAction(Kind kind, int which, Fault fault, int place, Kind meanwhile) {

  enum Kind {
    /** The rotation of the scenario is asked for. */
    START,
    /** The rotation does what follows next; the clock goes to what it waits for. */
    STEP,
    /** The agent ends between two steps, and another one starts on what it left. */
    CRASH,
    /** A consumer fetches what is served. */
    FETCH,
    /** A consumer says that it uses what it fetched. */
    SAY,
    /** A consumer's process ends. */
    DIE,
    /** The agent looks at the store. */
    LOOK,
    /** A call that had failed for its caller is carried out after all. */
    DELIVER,
    /** The clock jumps past the deadline. */
    PAST_DEADLINE,
    /** The clock jumps past the time after which a person is called. */
    PAST_PATIENCE,
    /** The clock is set back by an hour. */
    BACK,
    CANCEL,
    /** Somebody asks for a rotation, without a leak. */
    REQUEST,
    /** Somebody reports a leak. */
    LEAK,
    /** Somebody marks the secret as compromised in the store. */
    MARK,
    /** Our address is back on the provider's allow list. */
    ALLOW
  }

  enum Fault {
    NONE,
    /** The agent ends right before the act. */
    CRASH,
    /** The act is not carried out. */
    FAIL,
    /** The act is carried out, and its answer never arrives. */
    LOST,
    /** As if it failed, and {@link Kind#DELIVER} carries it out later. */
    DELAY,
    /** The journal holds the record, fails, and takes no more until it is opened anew. */
    STUCK,
    /** The provider accepts what it revokes for a few more probes. */
    LAG,
    /** From here on the provider refuses our address. */
    REFUSE,
    /** Somebody else does something in the middle of the step. */
    MEANWHILE
  }

  static final ModelAction STEP = of(Kind.STEP);

  static ModelAction of(Kind kind) {
    return of(kind, 0);
  }

  static ModelAction of(Kind kind, int which) {
    return new ModelAction(kind, which, Fault.NONE, -1, kind);
  }

  ModelAction with(Fault fault, int place) {
    return new ModelAction(kind, which, fault, place, kind);
  }

  ModelAction with(int place, Kind meanwhile) {
    return new ModelAction(kind, which, Fault.MEANWHILE, place, meanwhile);
  }

  boolean plainStep() {
    return kind == Kind.STEP && fault == Fault.NONE;
  }

  @Override
  public String toString() {
    String text = word(kind) + (which > 0 ? " " + which : "");
    return switch (fault) {
      case NONE -> text;
      case MEANWHILE -> text + " [" + word(meanwhile) + " in the middle of it, at " + place + "]";
      default -> text + " [" + word(fault) + " at " + place + "]";
    };
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
