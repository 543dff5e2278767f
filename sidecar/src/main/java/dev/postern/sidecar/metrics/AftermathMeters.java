package dev.postern.sidecar.metrics;

import dev.postern.SecretName;
import dev.postern.issuer.AccountEntry;
import dev.postern.rotation.Aftermath;
import dev.postern.rotation.Receipt;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What was seen of accounts after leaks: per secret, of its latest leak. Thread-safe. */
final class AftermathMeters {
  private final MeterRegistry registry;
  private final Map<SecretName, Receipt> latest = new ConcurrentHashMap<>();

  AftermathMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  void prepare(SecretName secret) {
    Gauge.builder(MeterNames.USES_AFTER_REVOCATION, () -> uses(secret))
        .description("Uses of the leaked credential that the provider logged after its revocation")
        .tag("secret", secret.value())
        .register(registry);
    for (AccountEntry.Type type : AccountEntry.Type.values()) {
      Gauge.builder(MeterNames.ENTRIES_SINCE_FLAG, () -> entries(secret, type))
          .description("Keys, logins and allow-list entries that somebody else made since the flag")
          .tag("secret", secret.value())
          .tag("type", type.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
  }

  void watched(Receipt receipt) {
    latest.merge(
        receipt.secret(),
        receipt,
        (known, news) -> news.flaggedAt().isBefore(known.flaggedAt()) ? known : news);
  }

  private double uses(SecretName secret) {
    return aftermath(secret).mapToDouble(Aftermath::usesAfterRevocation).sum();
  }

  private double entries(SecretName secret, AccountEntry.Type type) {
    return aftermath(secret)
        .flatMap(seen -> seen.unknownEntries().stream())
        .filter(entry -> entry.type() == type && entry.listed())
        .count();
  }

  private java.util.stream.Stream<Aftermath> aftermath(SecretName secret) {
    Receipt receipt = latest.get(secret);
    return receipt == null ? java.util.stream.Stream.empty() : receipt.aftermath().stream();
  }
}
