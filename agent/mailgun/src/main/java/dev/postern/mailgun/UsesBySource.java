package dev.postern.mailgun;

import dev.postern.issuer.CredentialUse;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Counts uses by the address they came from. */
final class UsesBySource {
  private static final Pattern ADDRESS = Pattern.compile("[0-9A-Fa-f.:]{2,45}");
  private static final Comparator<CredentialUse> MOST_FREQUENT_FIRST =
      Comparator.comparingLong(CredentialUse::count)
          .reversed()
          .thenComparing(CredentialUse::source);

  private final Map<String, CredentialUse> uses = new HashMap<>();

  /**
   * @param otherwise the time that counts where the item does not tell its own
   */
  void add(LogAnswers.Item item, Instant otherwise) {
    String source = ADDRESS.matcher(item.source()).matches() ? item.source() : "unknown";
    Instant time = item.time().orElse(otherwise);
    uses.merge(source, new CredentialUse(source, 1, time, time), UsesBySource::merged);
  }

  List<CredentialUse> mostFrequentFirst() {
    return uses.values().stream().sorted(MOST_FREQUENT_FIRST).toList();
  }

  private static CredentialUse merged(CredentialUse a, CredentialUse b) {
    return new CredentialUse(
        a.source(),
        a.count() + b.count(),
        a.first().isBefore(b.first()) ? a.first() : b.first(),
        a.last().isAfter(b.last()) ? a.last() : b.last());
  }
}
