package dev.postern.schedule;

import java.time.Instant;

/** The times at which a secret may be rotated without anybody asking. Thread-safe. */
@FunctionalInterface
public interface MaintenanceWindow {

  /** A window that is always open. */
  MaintenanceWindow ALWAYS = at -> at;

  /**
   * The first moment, not before the given one, at which the window is open; {@link Instant#MAX}
   * when it never opens again.
   */
  Instant openFrom(Instant at);

  default boolean isOpen(Instant at) {
    return openFrom(at).equals(at);
  }
}
