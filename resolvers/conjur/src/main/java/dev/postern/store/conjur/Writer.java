package dev.postern.store.conjur;

import dev.postern.store.StoreException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Writes and sees that it is there. Conjur has no compare-and-set, and of several writers at once
 * it answers some with 500: what was written is known only by reading it.
 */
final class Writer {
  private static final int ATTEMPTS = 5;
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(150);

  private final String store;
  private final ConjurApi api;

  Writer(String store, ConjurApi api) {
    this.store = store;
    this.api = api;
  }

  /**
   * Writes over the version that the caller has just seen.
   *
   * @param seen 0 when there was none
   * @return the version under which it is there now
   * @throws StoreException.Conflict when somebody else wrote in between
   */
  int overwrite(String id, int seen, byte[] text, Deadline deadline) {
    return write(id, Optional.of(seen), text, deadline);
  }

  /**
   * Writes whatever is there.
   *
   * @throws StoreException.Conflict when somebody else did so at the same moment, and later
   */
  int put(String id, byte[] text, Deadline deadline) {
    return write(id, Optional.empty(), text, deadline);
  }

  private int write(String id, Optional<Integer> seen, byte[] text, Deadline deadline) {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      boolean accepted = api.write(id, text, deadline);
      Optional<Integer> written = versionOf(id, text, deadline);
      if (written.isPresent()) {
        return written.get();
      }
      if (accepted) {
        throw conflict(id);
      }
      if (seen.isPresent() && seen.get() != newest(id, deadline)) {
        throw conflict(id);
      }
      pause(attempt, deadline);
    }
    throw new StoreException.Unavailable(
        "store %s: conjur failed %d times to write %s, which is as it was; its own log says why"
            .formatted(store, ATTEMPTS, id),
        null);
  }

  /** Of the newest value, when it is this one. */
  private Optional<Integer> versionOf(String id, byte[] text, Deadline deadline) {
    int newest = newest(id, deadline);
    if (newest == 0) {
      return Optional.empty();
    }
    try (Held held = api.read(id, newest, deadline)) {
      return held.holds(text) ? Optional.of(newest) : Optional.empty();
    }
  }

  private int newest(String id, Deadline deadline) {
    return api.find(id, deadline).map(Variable::version).orElse(0);
  }

  private StoreException conflict(String id) {
    return new StoreException.Conflict(
        "store %s: somebody else wrote variable %s at the same moment; see who else rotates it"
            .formatted(store, id));
  }

  /** Of random length, so that two writers do not meet again. */
  private void pause(int attempt, Deadline deadline) {
    long longest = LONGEST_PAUSE.toMillis() * attempt;
    Duration pause = Duration.ofMillis(ThreadLocalRandom.current().nextLong(longest / 4, longest));
    if (!deadline.leaves(pause)) {
      throw new StoreException.Unavailable(
          "store %s: conjur failed and left no time to try again".formatted(store), null);
    }
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException.Unavailable(
          "store %s: interrupted while conjur was failing".formatted(store), null);
    }
  }
}
