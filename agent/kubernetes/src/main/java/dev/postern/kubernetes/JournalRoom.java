package dev.postern.kubernetes;

import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a journal keeps of that which grows with the fleet. Each write of it goes to every agent, so
 * ten thousand names in it would be gigabytes on the wire for one rotation, and more than a
 * ConfigMap holds: the rotation could not go on. What is left out is only for people; the engine
 * has all of it in memory while the rotation runs.
 */
final class JournalRoom {
  static final int MOST_NAMES = 50;

  private JournalRoom() {}

  /** The page with the event, or without it when it is one acknowledgement too many. */
  static JournalPage with(JournalPage page, RotationEvent event) {
    boolean tooMany =
        event.fact() == Fact.ACKNOWLEDGED && page.acknowledged(event.rotation()) >= MOST_NAMES;
    return tooMany ? page : page.with(shortened(event));
  }

  private static RotationEvent shortened(RotationEvent event) {
    Map<Detail, String> details = new EnumMap<>(Detail.class);
    details.putAll(event.details());
    details.computeIfPresent(Detail.CUT, (_, names) -> first(names, true));
    // Read back as consumers, whom nobody waits for by their names in a fleet: no word in between.
    details.computeIfPresent(Detail.HOLDERS, (_, names) -> first(names, false));
    return new RotationEvent(event.rotation(), event.at(), event.fact(), details);
  }

  private static String first(String names, boolean countTheRest) {
    List<String> all = names.lines().toList();
    if (all.size() <= MOST_NAMES) {
      return names;
    }
    String some = all.stream().limit(MOST_NAMES).collect(Collectors.joining("\n"));
    return countTheRest ? some + "\nand " + (all.size() - MOST_NAMES) + " more" : some;
  }
}
