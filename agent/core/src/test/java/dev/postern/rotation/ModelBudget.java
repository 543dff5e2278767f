package dev.postern.rotation;

import dev.postern.rotation.ModelAction.Fault;
import dev.postern.rotation.ModelAction.Kind;

/**
 * How much may happen on one path besides the rotation's own steps.
 *
 * @param total of everything together
 * @param crashes ends of the agent
 * @param faults calls that fail, lose their answer, or arrive late, and disks that fail
 * @param troubles lags of the provider and refusals of our address
 * @param jumps of the clock
 * @param wishes cancels, further requests and marks
 * @param deaths ends of consumers
 * @param interleaved whether wishes, fetches and late arrivals also come in the middle of a step
 */
record ModelBudget(
    int total,
    int crashes,
    int faults,
    int troubles,
    int jumps,
    int wishes,
    int deaths,
    boolean interleaved) {

  /** What is left after an action; negative somewhere when it was too much. */
  ModelBudget after(ModelAction action) {
    ModelBudget left = after(action.kind());
    return switch (action.fault()) {
      case NONE -> left;
      case CRASH -> left.crash();
      case FAIL, LOST, DELAY, STUCK -> left.less(1, 0, 1, 0, 0, 0, 0);
      case LAG, REFUSE -> left.less(1, 0, 0, 1, 0, 0, 0);
      case MEANWHILE -> {
        ModelBudget after = left.after(action.meanwhile());
        // Being in the middle of a step counts even where the act itself is free.
        yield after.equals(left) ? left.less(1, 0, 0, 0, 0, 0, 0) : after;
      }
    };
  }

  private ModelBudget after(Kind kind) {
    return switch (kind) {
      case START, STEP, FETCH, SAY, LOOK, DELIVER, ALLOW -> this;
      case CRASH -> crash();
      case DIE -> less(1, 0, 0, 0, 0, 0, 1);
      case PAST_DEADLINE, PAST_PATIENCE, BACK -> less(1, 0, 0, 0, 1, 0, 0);
      case CANCEL, REQUEST, LEAK, MARK -> less(1, 0, 0, 0, 0, 1, 0);
    };
  }

  private ModelBudget crash() {
    return less(1, 1, 0, 0, 0, 0, 0);
  }

  private ModelBudget less(
      int all, int crash, int fault, int trouble, int jump, int wish, int death) {
    return new ModelBudget(
        total - all,
        crashes - crash,
        faults - fault,
        troubles - trouble,
        jumps - jump,
        wishes - wish,
        deaths - death,
        interleaved);
  }

  boolean allows(ModelAction action) {
    ModelBudget left = after(action);
    return left.total >= 0
        && left.crashes >= 0
        && left.faults >= 0
        && left.troubles >= 0
        && left.jumps >= 0
        && left.wishes >= 0
        && left.deaths >= 0
        && (interleaved || action.fault() != Fault.MEANWHILE);
  }

  @Override
  public String toString() {
    return total
        + " in all, of which at most "
        + crashes
        + " crashes, "
        + faults
        + " failed, lost or late calls, "
        + troubles
        + " lags or refusals, "
        + jumps
        + " clock jumps, "
        + wishes
        + " wishes, "
        + deaths
        + " deaths of consumers"
        + (interleaved ? ", also in the middle of a step" : "");
  }
}
