package dev.postern.sidecar.agent;

import dev.postern.SecretName;
import dev.postern.rotation.Receipt;
import dev.postern.rotation.RotationListener;
import dev.postern.rotation.Step;
import dev.postern.serving.SecretServing;
import java.time.Duration;

/** Has a secret looked at more often while it is rotated; passes on what it hears. */
final class CloserLooks implements RotationListener {
  private final RotationListener next;
  private final SecretServing serving;

  CloserLooks(RotationListener next, SecretServing serving) {
    this.next = next;
    this.serving = serving;
  }

  @Override
  public void rotationStarted(SecretName secret) {
    next.rotationStarted(secret);
    serving.rotationRuns(secret, true);
  }

  @Override
  public void stepFinished(Step step, Duration took) {
    next.stepFinished(step, took);
  }

  @Override
  public void rotationEnded(Receipt receipt) {
    next.rotationEnded(receipt);
    lookAsUsual(receipt.secret());
  }

  @Override
  public void rotationLeft(SecretName secret) {
    next.rotationLeft(secret);
    lookAsUsual(secret);
  }

  private void lookAsUsual(SecretName secret) {
    if (serving.definition(secret).isPresent()) {
      serving.rotationRuns(secret, false);
    }
  }

  @Override
  public void watched(Receipt receipt) {
    next.watched(receipt);
  }
}
