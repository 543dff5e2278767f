package dev.postern.sidecar.coordination;

import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.kubernetes.SecretNews;
import dev.postern.serving.SecretServing;
import dev.postern.serving.ServingState;
import dev.postern.time.Signal;
import dev.postern.time.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * What the fleet's journals mean for the secrets that this agent serves: a version that leaked is
 * marked, and not taken from the store again once its successor is promoted; a version that was
 * promoted is read from the store within a second, each agent at another moment of it.
 */
final class FleetNews implements AutoCloseable {
  /** In which all agents of a fleet read a new version. */
  static final Duration WINDOW = Duration.ofSeconds(1);

  /** How often a store is asked that does not show the new version yet; then as ever. */
  private static final int TRIES = 6;

  private final SecretServing serving;
  private final TimeSource time;
  private final RandomGenerator random;
  private final Signal closing = new Signal();

  /** The version promoted last, by secret. */
  private final Map<SecretName, Version> promoted = new ConcurrentHashMap<>();

  FleetNews(SecretServing serving, TimeSource time, RandomGenerator random) {
    this.serving = serving;
    this.time = time;
    this.random = random;
  }

  /** Returns at once. News of secrets that are not served here are ignored. */
  void heard(SecretNews news) {
    if (!SecretName.isLegal(news.secret())) {
      return;
    }
    SecretName name = new SecretName(news.secret());
    if (serving.definition(name).isEmpty()) {
      return;
    }
    news.tainted().forEach(version -> serving.taint(name, new Version(version)));
    news.promoted().ifPresent(last -> promoted(name, new Version(last.version()), news));
  }

  private void promoted(SecretName name, Version version, SecretNews news) {
    news.tainted().stream()
        .map(Version::new)
        .filter(leaked -> !leaked.equals(version))
        .forEach(leaked -> serving.withdraw(name, leaked));
    Version before = promoted.put(name, version);
    if (version.equals(before) || serves(name, version)) {
      return;
    }
    // The first news is of the past: whatever the store has by now may have come after it.
    int tries = before == null ? 1 : TRIES;
    Thread.ofVirtual().name("promotion-" + name).start(() -> read(name, version, tries));
  }

  private void read(SecretName name, Version version, int tries) {
    Duration pause = Duration.ofMillis(random.nextLong(WINDOW.toMillis()));
    try {
      for (int i = 0; i < tries; i++) {
        time.await(closing, 0, time.instant().plus(pause));
        if (closing.seen() > 0 || !version.equals(promoted.get(name)) || serves(name, version)) {
          return;
        }
        var _ = serving.refresh(name);
        pause = WINDOW.multipliedBy(1L << i);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean serves(SecretName name, Version version) {
    return serving.state(name) instanceof ServingState.Holding holding
        && holding.served().version().equals(version);
  }

  @Override
  public void close() {
    closing.raise();
  }
}
