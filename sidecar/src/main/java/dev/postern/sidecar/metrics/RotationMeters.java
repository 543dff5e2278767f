package dev.postern.sidecar.metrics;

import dev.postern.SecretName;
import dev.postern.rotation.Cause;
import dev.postern.rotation.Receipt;
import dev.postern.rotation.RotationListener;
import dev.postern.rotation.Step;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** To be told of what rotations do. Everything is there from the start, at zero. Thread-safe. */
public final class RotationMeters implements RotationListener {
  private static final List<String> OUTCOMES =
      List.of(Receipt.DONE, Receipt.ROLLED_BACK, Receipt.NEEDS_OPERATOR);
  private static final Duration[] BUCKETS =
      Stream.of(1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 300, 600, 900)
          .map(Duration::ofSeconds)
          .toArray(Duration[]::new);

  private final MeterRegistry registry;
  private final AftermathMeters aftermath;
  private final Map<SecretName, AtomicBoolean> running = new ConcurrentHashMap<>();

  RotationMeters(MeterRegistry registry, Collection<SecretName> secrets) {
    this.registry = registry;
    this.aftermath = new AftermathMeters(registry);
    secrets.forEach(this::prepare);
    for (Step step : Step.values()) {
      Timer _ = steps(step);
    }
  }

  /** A rotation runs; also to be called for one that is resumed. */
  @Override
  public void rotationStarted(SecretName secret) {
    inProgress(secret).set(true);
  }

  /** A step did what it was to do. */
  @Override
  public void stepFinished(Step step, Duration time) {
    steps(step).record(time);
  }

  /** A rotation has reached its end, whichever. */
  @Override
  public void rotationEnded(Receipt receipt) {
    inProgress(receipt.secret()).set(false);
    rotations(receipt.secret(), receipt.cause(), receipt.state()).increment();
    // Without a leak the old credential waits for the end of the grace: that is no time to revoke.
    receipt
        .timeToRevoke()
        .filter(time -> receipt.cause() == Cause.COMPROMISED)
        .ifPresent(time -> timeToRevoke(receipt.secret()).record(time));
  }

  @Override
  public void rotationLeft(SecretName secret) {
    inProgress(secret).set(false);
  }

  @Override
  public void watched(Receipt receipt) {
    aftermath.watched(receipt);
  }

  private void prepare(SecretName secret) {
    aftermath.prepare(secret);
    for (Cause cause : Cause.values()) {
      for (String outcome : OUTCOMES) {
        Counter _ = rotations(secret, cause, outcome);
      }
    }
    Timer _ = timeToRevoke(secret);
    AtomicBoolean _ = inProgress(secret);
  }

  private Counter rotations(SecretName secret, Cause cause, String outcome) {
    return Counter.builder(MeterNames.ROTATIONS)
        .description("Rotations that ended, by how they ended")
        .tag("secret", secret.value())
        .tag("cause", cause.wireName())
        .tag("outcome", outcome)
        .register(registry);
  }

  private Timer timeToRevoke(SecretName secret) {
    return Timer.builder(MeterNames.TIME_TO_REVOKE)
        .description("Time from flagged as compromised to proven dead")
        .tag("secret", secret.value())
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  private Timer steps(Step step) {
    return Timer.builder(MeterNames.ROTATION_STEP)
        .description("Time of the steps of rotations")
        .tag("step", step.wireName())
        .register(registry);
  }

  private AtomicBoolean inProgress(SecretName secret) {
    return running.computeIfAbsent(
        secret,
        name -> {
          AtomicBoolean state = new AtomicBoolean();
          Gauge.builder(MeterNames.ROTATION_IN_PROGRESS, () -> state.get() ? 1 : 0)
              .description("1 while a rotation of the secret runs")
              .tag("secret", name.value())
              .register(registry);
          return state;
        });
  }
}
