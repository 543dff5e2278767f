package dev.postern.sidecar.metrics;

import dev.postern.orphan.OrphanListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** To be told of what the sweep for orphans finds. Everything is there from the start, at zero. */
public final class OrphanMeters implements OrphanListener {
  private final MeterRegistry registry;
  private final Map<String, AtomicInteger> found = new ConcurrentHashMap<>();

  OrphanMeters(MeterRegistry registry, Collection<String> issuers) {
    this.registry = registry;
    for (String issuer : issuers) {
      AtomicInteger _ = found(issuer);
      Counter _ = deletions(issuer);
    }
  }

  @Override
  public void looked(String issuer, int orphans) {
    found(issuer).set(orphans);
  }

  @Override
  public void deleted(String issuer) {
    deletions(issuer).increment();
  }

  private AtomicInteger found(String issuer) {
    return found.computeIfAbsent(
        issuer,
        name -> {
          AtomicInteger number = new AtomicInteger();
          Gauge.builder(MeterNames.ORPHAN_KEYS, number::get)
              .description("Live keys of this installation that nothing claimed at the latest look")
              .tag("issuer", name)
              .register(registry);
          return number;
        });
  }

  private Counter deletions(String issuer) {
    return Counter.builder(MeterNames.ORPHAN_KEYS_DELETED)
        .description("Keys of this installation deleted because nothing claimed them")
        .tag("issuer", issuer)
        .register(registry);
  }
}
