package dev.postern.rotation;

import dev.postern.SecretName;
import java.time.Duration;

/** Told of what rotations do, for metrics and the audit log. Must not block and must not throw. */
public interface RotationListener {

  /** A rotation was started, or taken up again after a restart. */
  void rotationStarted(SecretName secret);

  void stepFinished(Step step, Duration took);

  void rotationEnded(Receipt receipt);

  /** A rotation that this agent was told to have started goes on at another one. */
  default void rotationLeft(SecretName secret) {}

  /** The account's use was looked at, or is known from the journal after a restart. */
  default void watched(Receipt receipt) {}
}
