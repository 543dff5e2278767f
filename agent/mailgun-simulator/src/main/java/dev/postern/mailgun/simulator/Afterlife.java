package dev.postern.mailgun.simulator;

import dev.postern.mailgun.simulator.Fault.RevocationLag;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Credentials that are gone but still accepted for a while, known by digest. Not thread-safe: the
 * account's lock guards it. In memory only: a restart ends every lag.
 */
final class Afterlife {
  private record Ghost(Instant until, int uses) {}

  private final Map<String, Ghost> ghosts = new HashMap<>();

  void admit(String digest, RevocationLag lag, Instant now) {
    ghosts.put(digest, new Ghost(now.plus(lag.duration()), lag.uses()));
  }

  void forget(String digest) {
    ghosts.remove(digest);
  }

  /** Whether it is still accepted; a yes spends one use. */
  boolean accepts(String digest, Instant now) {
    Ghost ghost = ghosts.get(digest);
    if (ghost == null) {
      return false;
    }
    if (ghost.uses() == 0 || !now.isBefore(ghost.until())) {
      ghosts.remove(digest);
      return false;
    }
    ghosts.put(digest, new Ghost(ghost.until(), ghost.uses() - 1));
    return true;
  }
}
