package dev.postern.sidecar.metrics;

import dev.postern.serving.SecretCatalog;
import dev.postern.serving.StoreCondition;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** Whether a store is left alone because it does not answer. */
final class StoreMeters {
  private StoreMeters() {}

  static void register(MeterRegistry registry, SecretCatalog catalog) {
    for (StoreCondition store : catalog.stores()) {
      Gauge.builder(MeterNames.STORE_BREAKER_OPEN, () -> isOpen(catalog, store.store()) ? 1 : 0)
          .description(
              "1 while a store has failed so often in a row that it is asked by one call at a time")
          .tag("store", store.store())
          .register(registry);
    }
  }

  private static boolean isOpen(SecretCatalog catalog, String store) {
    return catalog.stores().stream()
        .filter(one -> one.store().equals(store))
        .anyMatch(one -> one.state() == StoreCondition.State.UNREACHABLE);
  }
}
