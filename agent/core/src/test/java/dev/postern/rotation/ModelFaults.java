package dev.postern.rotation;

import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoint.Moment;
import dev.postern.failpoint.Failpoints;
import dev.postern.rotation.ModelAction.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Counts the places that an action reaches, and lets its fault strike at one of them. */
final class ModelFaults implements Failpoints {
  private static final Set<Failpoint> READS =
      Set.of(
          Failpoint.STORE_HEAD,
          Failpoint.STORE_READ_CURRENT,
          Failpoint.STORE_READ_VERSION,
          Failpoint.STORE_READ_PENDING,
          Failpoint.ISSUER_LIVE,
          Failpoint.ISSUER_PROBE_SUCCESSOR,
          Failpoint.ISSUER_PROBE_PREDECESSOR);

  /** The end of the process, as the engine's own code can see it: not at all. */
  static final class Crash extends Error {
    private static final long serialVersionUID = 1L;

    Crash() {
      super("crash", null, false, false);
    }
  }

  private final Runnable check;
  private final List<Failpoint> places = new ArrayList<>();
  private Fault planned = Fault.NONE;
  private Fault armed = Fault.NONE;
  private int strikesAt = -1;
  private Runnable meanwhile = () -> {};

  /**
   * @param check is run at each place outside the journal
   */
  ModelFaults(Runnable check) {
    this.check = check;
  }

  void plan(ModelAction action, Runnable meantime) {
    places.clear();
    planned = action.fault();
    strikesAt = action.place();
    meanwhile = meantime;
    armed = Fault.NONE;
  }

  /** Whether the fault of the latest action has struck, or there was none to strike. */
  boolean struck() {
    return planned == Fault.NONE;
  }

  List<Failpoint> places() {
    return List.copyOf(places);
  }

  static boolean changes(Failpoint failpoint) {
    return !READS.contains(failpoint);
  }

  /** The port writes a flag without comparing: what came since the look at it is lost. */
  static boolean writesFlag(Failpoint failpoint) {
    return failpoint == Failpoint.STORE_FLAG || failpoint == Failpoint.STORE_UNFLAG;
  }

  @Override
  public void reach(Failpoint failpoint, Moment moment) {
    if (moment != Moment.BEFORE) {
      return;
    }
    if (failpoint != Failpoint.JOURNAL_APPEND) {
      check.run();
    }
    int place = places.size();
    places.add(failpoint);
    if (place != strikesAt || planned == Fault.NONE) {
      return;
    }
    Fault fault = planned;
    planned = Fault.NONE;
    switch (fault) {
      case CRASH -> throw new Crash();
      case MEANWHILE -> {
        meanwhile.run();
        check.run();
      }
      default -> armed = fault;
    }
  }

  /** What is to happen to the call that is being made. */
  Fault take() {
    Fault fault = armed;
    armed = Fault.NONE;
    return fault;
  }
}
