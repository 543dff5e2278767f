package dev.postern.kubernetes;

import dev.postern.kubernetes.api.ClusterObject;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** Reads each state of an object once for all agents of a simulation: they are told of the same. */
final class SharedReading extends FleetReading {
  private static final int MOST = 60;

  private record Card(String resourceVersion, AgentCard card) {}

  /** By resource version, which no two states of a fake cluster share. */
  private final Map<String, JournalPage> pages = latest();

  private final Map<String, SecretNews> news = latest();
  private final Map<String, Card> cards = new HashMap<>();

  private static <T> Map<String, T> latest() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
        return size() > MOST;
      }
    };
  }

  private static <T> T once(
      Map<String, T> read, ClusterObject object, Function<ClusterObject, T> reading) {
    T known = read.get(object.resourceVersion());
    if (known == null) {
      known = reading.apply(object);
      read.put(object.resourceVersion(), known);
    }
    return known;
  }

  JournalPage page(ClusterObject journal) {
    return once(pages, journal, JournalPage::read);
  }

  @Override
  SecretNews news(String secret, ClusterObject journal) {
    return once(news, journal, one -> SecretNews.of(secret, page(one)));
  }

  @Override
  AgentCard card(ClusterObject lease) {
    Card known = cards.get(lease.name());
    if (known == null || !known.resourceVersion().equals(lease.resourceVersion())) {
      known = new Card(lease.resourceVersion(), super.card(lease));
      cards.put(lease.name(), known);
    }
    return known.card();
  }
}
