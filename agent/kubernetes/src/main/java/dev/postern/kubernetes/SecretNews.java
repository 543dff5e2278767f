package dev.postern.kubernetes;

import dev.postern.RotationId;
import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import dev.postern.kubernetes.JournalText.Entry;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a secret's journal tells every agent of the fleet.
 *
 * @param revision grows with each write of the journal
 * @param rotator pod and run of the agent that wrote last
 * @param promoted the version promoted last, as far back as the journal goes
 * @param tainted the versions that were flagged as compromised; never to be served once a successor
 *     is promoted
 * @param running the rotations that have not ended
 * @param settled what became of requests, by their ids
 */
public record SecretNews(
    String secret,
    long revision,
    String rotator,
    Optional<Promotion> promoted,
    Set<String> tainted,
    Set<RotationId> running,
    Map<String, String> settled) {
  private static final String PROMOTE = "promote";
  private static final String COMPROMISED = "compromised";

  /** A version became the one to be served. */
  public record Promotion(RotationId rotation, String version) {}

  static SecretNews of(String secret, JournalPage page) {
    Set<String> tainted = new TreeSet<>();
    Set<RotationId> running = new TreeSet<>();
    page.rotations()
        .forEach(
            (id, entries) -> {
              List<RotationEvent> events = JournalPage.events(entries);
              if (events.stream().anyMatch(SecretNews::tellsOfLeak)) {
                events.getFirst().detail(Detail.OLD_VERSION).ifPresent(tainted::add);
              }
              if (!RotationLife.ended(events)) {
                running.add(id);
              }
            });
    Map<String, String> settled = new LinkedHashMap<>();
    for (String line : page.settled()) {
      String[] parts = line.split(" ", 2);
      settled.put(parts[0], parts.length > 1 ? parts[1] : "");
    }
    return new SecretNews(
        secret,
        page.revision(),
        page.fence().holder(),
        promoted(page),
        Set.copyOf(tainted),
        Set.copyOf(running),
        Map.copyOf(settled));
  }

  private static boolean tellsOfLeak(RotationEvent event) {
    return event.detail(Detail.CAUSE).filter(COMPROMISED::equals).isPresent();
  }

  private static Optional<Promotion> promoted(JournalPage page) {
    return page.rotations().values().stream()
        .flatMap(List::stream)
        .filter(entry -> isPromotion(entry.event()))
        .max(Comparator.comparingLong(Entry::sequence))
        .map(Entry::event)
        .map(event -> new Promotion(event.rotation(), event.require(Detail.VERSION)));
  }

  private static boolean isPromotion(RotationEvent event) {
    return event.fact() == Fact.DONE
        && event.detail(Detail.STEP).filter(PROMOTE::equals).isPresent()
        && event.detail(Detail.VERSION).isPresent();
  }
}
