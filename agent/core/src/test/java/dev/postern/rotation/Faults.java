package dev.postern.rotation;

import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoint.Moment;
import dev.postern.failpoint.Failpoints;
import dev.postern.issuer.IssuerException;
import dev.postern.store.StoreException;
import java.util.concurrent.atomic.AtomicInteger;

/** Faults at failpoints. */
final class Faults {
  private Faults() {}

  /** The end of the process, as the engine's own code can see it: not at all. */
  static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  static Failpoints crashAt(Failpoint failpoint, Moment moment, int occurrence) {
    AtomicInteger left = new AtomicInteger(occurrence);
    return (reached, at) -> {
      if (reached == failpoint && at == moment && left.decrementAndGet() == 0) {
        throw new Crash();
      }
    };
  }

  /** The end of the process when so many places have been reached, whichever they are. */
  static Failpoints crashAfter(int places) {
    AtomicInteger left = new AtomicInteger(places);
    return (reached, at) -> {
      if (left.decrementAndGet() == 0) {
        throw new Crash();
      }
    };
  }

  /** The first create is carried out, and its answer never arrives. */
  static Failpoints answerLostOnce() {
    return answerLost(Failpoint.ISSUER_ISSUE, 1);
  }

  /** An act is carried out, and its answer never arrives. */
  static Failpoints answerLost(Failpoint failpoint, int occurrence) {
    AtomicInteger left = new AtomicInteger(occurrence);
    return (reached, at) -> {
      if (reached == failpoint && at == Moment.ANSWER_LOST && left.decrementAndGet() == 0) {
        if (failpoint.name().startsWith("STORE_")) {
          throw new StoreException.Unavailable("no answer", null);
        }
        throw new IssuerException.OutcomeUnknown("no answer", null);
      }
    };
  }
}
