package dev.postern.rotation;

import java.time.Instant;

/** What one look at a rotation came to. */
sealed interface Progress {

  /** Something was recorded: look again at once. */
  record Moved() implements Progress {}

  /** Nothing to do before this time, or before something is signalled. */
  record Waiting(Instant until) implements Progress {}

  /** There is nothing left to do. */
  record Ended() implements Progress {}

  Progress MOVED = new Moved();
}
