package dev.postern.sidecar.agent;

import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.consumer.Consumer;
import dev.postern.issuer.ProbeResult;
import dev.postern.journal.JournalException;
import dev.postern.rotation.RotationService;
import dev.postern.rotation.RotationTarget;
import dev.postern.serving.SecretServing;
import dev.postern.serving.ServingState;
import dev.postern.sidecar.server.RejectionListener;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A consumer says that the provider refused a version. Asks the provider itself, and looks at the
 * store for a newer one. Consumers cannot make it ask more than once in a while.
 */
final class RejectedVersions implements RejectionListener {
  private static final Logger log = LoggerFactory.getLogger(RejectedVersions.class);
  private static final Duration BETWEEN_PROBES = Duration.ofSeconds(10);

  private final SecretServing serving;
  private final RotationService rotations;
  private final Map<SecretName, RotationTarget> targets;
  private final InstantSource time;
  private final Map<SecretName, Instant> lastProbe = new ConcurrentHashMap<>();

  RejectedVersions(
      SecretServing serving,
      RotationService rotations,
      List<RotationTarget> targets,
      InstantSource time) {
    this.serving = serving;
    this.rotations = rotations;
    this.targets =
        targets.stream().collect(Collectors.toMap(target -> target.secret().name(), t -> t));
    this.time = time;
  }

  @Override
  public void rejected(SecretName secret, Version version, Consumer consumer) {
    noteInReceipt(secret, version, consumer);
    if (!mayProbe(secret)) {
      return;
    }
    serving.refreshSoon(secret);
    log.atWarn()
        .addKeyValue("secret", secret)
        .addKeyValue("version", version)
        .addKeyValue("consumer", consumer.describe())
        .addKeyValue("probe", probe(secret))
        .log("a consumer says that the provider refused this version");
  }

  private void noteInReceipt(SecretName secret, Version version, Consumer consumer) {
    try {
      rotations.rejected(secret, version, consumer.describe());
    } catch (JournalException e) {
      log.atWarn()
          .addKeyValue("secret", secret)
          .addKeyValue("problem", e.getMessage())
          .log("that a consumer was refused could not be recorded");
    }
  }

  private boolean mayProbe(SecretName secret) {
    Instant now = time.instant();
    Instant last =
        lastProbe.compute(
            secret,
            (name, before) ->
                before == null || !now.isBefore(before.plus(BETWEEN_PROBES)) ? now : before);
    return now.equals(last);
  }

  private String probe(SecretName secret) {
    RotationTarget target = targets.get(secret);
    if (target == null || !(serving.state(secret) instanceof ServingState.Holding holding)) {
      return "not possible: no issuer, or no value";
    }
    return switch (target.issuer().probe(target.scope(), holding.served().fields())) {
      case ProbeResult.Accepted accepted -> "the provider accepts the served version";
      case ProbeResult.Refused refused ->
          "the provider refuses the served version too: rotate it, or correct the store";
      case ProbeResult.Unknown unknown -> "not known: " + unknown.reason();
    };
  }
}
