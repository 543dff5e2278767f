package dev.postern.rotation;

import dev.postern.SecretName;
import java.time.Duration;

/** Told of what rotations do, for metrics and the audit log. Must not block and must not throw. */
public interface RotationListener {

  /** A rotation was started, or taken up again after a restart. */
  void started(SecretName secret, Cause cause);

  void stepFinished(SecretName secret, Step step, Duration took);

  void ended(Receipt receipt);
}
