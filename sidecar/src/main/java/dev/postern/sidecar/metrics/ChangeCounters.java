package dev.postern.sidecar.metrics;

import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.serving.SecretCatalog;
import dev.postern.serving.SecretChange;
import dev.postern.serving.ServingState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts that a secret's version was replaced; its first version is no change. */
final class ChangeCounters {
  private final Map<SecretName, Counter> counters = new ConcurrentHashMap<>();
  private final Map<SecretName, Version> versions = new ConcurrentHashMap<>();

  private ChangeCounters() {}

  static void count(MeterRegistry registry, SecretCatalog catalog) {
    ChangeCounters changes = new ChangeCounters();
    catalog
        .definitions()
        .forEach(
            definition -> {
              changes.counters.put(
                  definition.name(),
                  Counter.builder(MeterNames.SECRET_CHANGES)
                      .description("How often the served version was replaced by another")
                      .tag("secret", definition.name().value())
                      .register(registry));
              if (catalog.state(definition.name()) instanceof ServingState.Holding holding) {
                changes.versions.put(definition.name(), holding.served().version());
              }
            });
    // Lives as long as the agent, as the catalog does.
    SecretCatalog.Subscription _ = catalog.subscribe(changes::changed);
  }

  private void changed(SecretChange change) {
    Version before = versions.put(change.name(), change.version());
    Counter counter = counters.get(change.name());
    if (counter != null && before != null && !before.equals(change.version())) {
      counter.increment();
    }
  }
}
