package dev.postern.rotation;

import dev.postern.SecretName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The real engine for one secret, whose steps a simulation takes itself. In the engine's package
 * because only its own tests may take steps; a rotation has no thread here, so nothing is closed.
 */
public final class SteppedEngine {
  private final Rotations rotations;
  private final SecretName secret;
  private @Nullable RotationRunner latest;

  public SteppedEngine(
      String installation, RotationTarget target, Rotations.Surroundings surroundings) {
    this.secret = target.secret().name();
    this.rotations =
        new Rotations(
            installation, List.of(target), surroundings, new Silent(), runner -> latest = runner);
  }

  /** Takes up what the journal holds. */
  public void resume() {
    rotations.resume();
  }

  /** Begins a rotation, or joins the one that runs. */
  public Receipt start(Cause cause, String requestedBy) {
    return rotations.start(
        new RotationRequest(
            secret, cause, "simulated", requestedBy, Optional.empty(), Optional.empty()));
  }

  /** Does what follows next; says when to look again, or nothing when no rotation runs. */
  public Optional<Instant> step() {
    RotationRunner runner = latest;
    if (runner == null || !runner.running()) {
      return Optional.empty();
    }
    return switch (runner.step()) {
      case Progress.Moved moved -> Optional.of(Instant.MIN);
      case Progress.Waiting waiting -> Optional.of(waiting.until());
      case Progress.Ended ended -> Optional.empty();
    };
  }

  private static final class Silent implements RotationListener {
    @Override
    public void rotationStarted(SecretName name) {}

    @Override
    public void stepFinished(Step step, Duration took) {}

    @Override
    public void rotationEnded(Receipt receipt) {}
  }
}
