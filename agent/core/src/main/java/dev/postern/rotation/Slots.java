package dev.postern.rotation;

import dev.postern.time.Signal;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How many rotations work at a time. The others wait in the order of their urgency, and of their
 * coming where that is the same. Whoever only waits for consumers gives its slot back. Thread-safe.
 */
final class Slots {

  /** The more urgent, the earlier in this list. */
  enum Urgency {
    LEAK,
    /** It has made a credential, or is about to: better ended than left open. */
    BEGUN,
    PLANNED
  }

  private record Place(Urgency urgency, long number, Slot slot) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int order = urgency.compareTo(other.urgency);
      return order != 0 ? order : Long.compare(number, other.number);
    }
  }

  private final int limit;
  private final TreeSet<Place> queue = new TreeSet<>();
  private int taken;
  private long numbers;

  Slots(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("at least one rotation must be able to work");
    }
    this.limit = limit;
  }

  Slot slot(Signal wake) {
    return new Slot(wake);
  }

  /** One rotation's claim. */
  final class Slot implements AutoCloseable {
    private final Signal wake;
    private boolean held;
    private @Nullable Place place;

    private Slot(Signal wake) {
      this.wake = wake;
    }

    /** Whether it may work now. If not, it is in the queue, and woken when its turn has come. */
    boolean take(Urgency urgency) {
      synchronized (Slots.this) {
        if (!held && (place == null || place.urgency != urgency)) {
          long number = place == null ? numbers++ : place.number;
          leaveQueue();
          place = new Place(urgency, number, this);
          queue.add(place);
          handOut(this);
        }
        return held;
      }
    }

    /** Lets another one work, or leaves the queue. */
    void giveBack() {
      synchronized (Slots.this) {
        leaveQueue();
        if (held) {
          held = false;
          taken--;
          handOut(this);
        }
      }
    }

    private void leaveQueue() {
      if (place != null) {
        queue.remove(place);
        place = null;
      }
    }

    @Override
    public void close() {
      giveBack();
    }
  }

  private void handOut(Slot asking) {
    while (taken < limit && !queue.isEmpty()) {
      Slot next = queue.getFirst().slot;
      next.leaveQueue();
      next.held = true;
      taken++;
      if (next != asking) {
        next.wake.raise();
      }
    }
  }
}
