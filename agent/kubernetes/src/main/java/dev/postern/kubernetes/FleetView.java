package dev.postern.kubernetes;

import dev.postern.journal.JournalException;
import dev.postern.kubernetes.api.ClusterListener;
import dev.postern.kubernetes.api.ClusterObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this agent knows of the fleet. Fed by watches, whose events may come late, twice and in any
 * order: of two states of an object the one counts whose writer counted further, whichever came
 * last; and whether an agent is there is judged by when a change of its Lease came here, never by
 * the times in it.
 *
 * <p>Thread-safe. The listener is called without a lock.
 */
final class FleetView {
  private static final Logger log = LoggerFactory.getLogger(FleetView.class);

  /** How many objects that are gone are remembered, so that a late event does not revive them. */
  private static final int MOST_GONE = 1_000;

  /** An agent's Lease as it was told last, and when that was by our own elapsed time. */
  private record Sighting(
      String uid,
      String resourceVersion,
      AgentCard card,
      FleetMember member,
      long duration,
      long nanos) {
    static Sighting of(ClusterObject lease, AgentCard card, long nanos) {
      return new Sighting(
          lease.uid(),
          lease.resourceVersion(),
          card,
          new FleetMember(card.pod(), card.role(), card.version(), card.holds()),
          card.duration().toNanos(),
          nanos);
    }

    boolean isThere(long now) {
      return !card.left() && now - nanos < duration;
    }

    boolean isOf(ClusterObject lease) {
      return uid.equals(lease.uid());
    }

    /** What a heartbeat does not change; who asks for something is listened to each time. */
    boolean saysTheSameAs(Sighting other) {
      return member.equals(other.member)
          && card.left() == other.card.left()
          && card.requests().isEmpty()
          && other.card.requests().isEmpty();
    }

    /** Two states of one object have two resource versions. */
    boolean isJust(ClusterObject lease) {
      return isOf(lease) && resourceVersion.equals(lease.resourceVersion());
    }
  }

  /** What Leases say of requests. */
  private static final class Told {
    final List<FleetRequest> requested = new ArrayList<>();
    final List<FleetRequest> withdrawn = new ArrayList<>();

    /** Only an agent that is there takes back: one that vanished with its Pod has not. */
    void takenBack(AgentCard before, AgentCard now) {
      Set<String> ids = now.requests().stream().map(FleetRequest::id).collect(Collectors.toSet());
      before.requests().stream().filter(one -> !ids.contains(one.id())).forEach(withdrawn::add);
    }
  }

  private final FleetNames names;
  private final FleetTime time;
  private final FleetListener listener;
  private final FleetReading reading;
  private final Turns expiry;

  // Guarded by this.
  /** By the names of their Leases, which are ordered as the names of their Pods. */
  private final Map<String, Sighting> agents = new TreeMap<>();

  /** Of those of them that ask for something. */
  private final Map<String, List<FleetRequest>> asking = new TreeMap<>();

  /** Those of whose presence the listener was told. */
  private final Set<String> present = new HashSet<>();

  private final Map<String, SecretNews> news = new HashMap<>();
  private final Map<String, String> journalUids = new HashMap<>();
  private final Map<String, FleetRequest> annotated = new HashMap<>();
  private final Map<String, Boolean> gone =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > MOST_GONE;
        }
      };

  FleetView(FleetNames names, FleetTime time, FleetListener listener, FleetReading reading) {
    this.reading = reading;
    this.names = names;
    this.time = time;
    this.listener = listener;
    this.expiry = new Turns(time, this::expired);
  }

  /** To be given to a watch of the installation's Leases. */
  ClusterListener leases() {
    return new ClusterListener() {
      @Override
      public void listed(List<ClusterObject> all) {
        Told told = new Told();
        synchronized (FleetView.this) {
          Set<String> there = new HashSet<>();
          for (ClusterObject lease : all) {
            there.add(lease.name());
            gone.remove(lease.uid());
            sight(lease, told);
          }
          agents.keySet().retainAll(there);
          asking.keySet().retainAll(there);
          present.retainAll(there);
        }
        tellMembers(told);
      }

      @Override
      public void upserted(ClusterObject lease) {
        Told told = new Told();
        boolean changed;
        synchronized (FleetView.this) {
          changed = !gone.containsKey(lease.uid()) && sight(lease, told);
        }
        if (changed) {
          tellMembers(told);
        }
      }

      @Override
      public void deleted(ClusterObject lease) {
        boolean changed;
        synchronized (FleetView.this) {
          gone.put(lease.uid(), true);
          Sighting there = agents.get(lease.name());
          changed = there != null && there.isOf(lease);
          if (changed) {
            agents.remove(lease.name());
            asking.remove(lease.name());
            present.remove(lease.name());
          }
        }
        if (changed) {
          tellMembers(new Told());
        }
      }
    };
  }

  /** To be given to a watch of the installation's journals. */
  ClusterListener journals() {
    return new ClusterListener() {
      @Override
      public void listed(List<ClusterObject> all) {
        for (ClusterObject journal : all) {
          read(journal, true);
        }
      }

      @Override
      public void upserted(ClusterObject journal) {
        read(journal, false);
      }

      @Override
      public void deleted(ClusterObject journal) {
        // What is known stays known: a version is not less promoted because its record is gone.
        synchronized (FleetView.this) {
          gone.put(journal.uid(), true);
          annotated.remove(journal.name());
        }
      }
    };
  }

  /**
   * What a list told that was not asked for by the watch: nothing is gone because of it, and what
   * the watch has told to be gone since it began does not come back.
   */
  void refreshed(List<ClusterObject> leases) {
    Told told = new Told();
    synchronized (this) {
      leases.stream()
          .filter(lease -> !gone.containsKey(lease.uid()))
          .forEach(lease -> sight(lease, told));
    }
    tellMembers(told);
  }

  /** Whether it said something new. */
  private boolean sight(ClusterObject lease, Told told) {
    String role = lease.labels().getOrDefault(FleetNames.ROLE, "");
    if (!role.equals(FleetNames.READER_ROLE) && !role.equals(FleetNames.ROTATOR_ROLE)) {
      return false;
    }
    Sighting before = agents.get(lease.name());
    if (before != null && before.isJust(lease)) {
      return false;
    }
    AgentCard card = reading.card(lease);
    long seen = time.nanos();
    if (before != null && before.isOf(lease)) {
      if (before.card().beat() > card.beat() || before.card().equals(card)) {
        return false;
      }
      told.takenBack(before.card(), card);
      // Somebody else has touched it, if the agent did not count further.
      seen = before.card().beat() == card.beat() ? before.nanos() : seen;
    }
    Sighting now = Sighting.of(lease, card, seen);
    agents.put(lease.name(), now);
    if (card.requests().isEmpty()) {
      asking.remove(lease.name());
    } else {
      asking.put(lease.name(), card.requests());
    }
    boolean back = present.add(lease.name());
    expiry.soon(card.duration().plusMillis(1));
    // Of thousands of agents some beat all the time, and the listener looks at all of them.
    boolean news = back || before == null || !before.saysTheSameAs(now);
    if (news) {
      told.requested.addAll(card.requests());
    }
    return news;
  }

  private void tellMembers(Told told) {
    listener.membersChanged();
    told.requested.stream().filter(this::isOpen).forEach(listener::requested);
    told.withdrawn.stream().filter(this::isOpen).forEach(listener::withdrawn);
  }

  private synchronized boolean isOpen(FleetRequest request) {
    // An annotation is taken away when it is settled; the same words may be asked again later.
    if (FleetRequests.isAnnotation(request)) {
      return true;
    }
    SecretNews known = news.get(request.secret());
    return known == null || !known.settled().containsKey(request.id());
  }

  private void read(ClusterObject journal, boolean certain) {
    String secret = journal.labels().getOrDefault(FleetNames.SECRET, "");
    if (secret.isEmpty() || !journal.name().equals(names.journal(secret))) {
      return;
    }
    Optional<SecretNews> fresh;
    Optional<FleetRequest> asked = FleetRequests.asked(journal);
    try {
      SecretNews read = reading.news(secret, journal);
      fresh = take(journal, read, certain);
    } catch (JournalException unreadable) {
      log.atError()
          .addKeyValue("secret", secret)
          .addKeyValue("problem", unreadable.getMessage())
          .log("the rotations of the secret cannot be read; its store is still polled");
      return;
    }
    fresh.ifPresent(listener::news);
    asked.filter(_ -> fresh.isPresent()).ifPresent(listener::requested);
  }

  /** Nothing when it says nothing new. */
  private synchronized Optional<SecretNews> take(
      ClusterObject journal, SecretNews read, boolean certain) {
    SecretNews before = news.get(read.secret());
    boolean same = journal.uid().equals(journalUids.get(read.secret()));
    Optional<FleetRequest> asked = FleetRequests.asked(journal);
    boolean newlyAsked = !asked.equals(Optional.ofNullable(annotated.get(journal.name())));
    boolean old = same && before != null && before.revision() > read.revision();
    boolean repeated = same && read.equals(before) && !newlyAsked;
    boolean revived = !certain && gone.containsKey(journal.uid());
    if (old || repeated || revived) {
      return Optional.empty();
    }
    asked.ifPresentOrElse(
        one -> annotated.put(journal.name(), one), () -> annotated.remove(journal.name()));
    journalUids.put(read.secret(), journal.uid());
    news.put(read.secret(), read);
    return Optional.of(read);
  }

  private Optional<Duration> expired() {
    long now = time.nanos();
    boolean some;
    Optional<Duration> next;
    synchronized (this) {
      // Not forgotten: a list tells of its Lease again, and that must not count as a sign of life.
      some =
          present.removeIf(
              name -> {
                Sighting seen = agents.get(name);
                return seen != null && !seen.isThere(now);
              });
      next =
          agents.values().stream()
              .filter(seen -> seen.isThere(now))
              .map(seen -> Duration.ofNanos(seen.duration() - (now - seen.nanos())))
              .min(Comparator.naturalOrder());
    }
    if (some) {
      listener.membersChanged();
    }
    return next.map(left -> left.plusMillis(1));
  }

  /** Who is there, in the order of the Leases. */
  synchronized List<FleetMember> members() {
    long now = time.nanos();
    List<FleetMember> there = new ArrayList<>(agents.size());
    for (Sighting seen : agents.values()) {
      if (seen.isThere(now)) {
        there.add(seen.member());
      }
    }
    return Collections.unmodifiableList(there);
  }

  synchronized Optional<SecretNews> news(String secret) {
    return Optional.ofNullable(news.get(secret));
  }

  /** What became of a request, while a journal says so. */
  synchronized Optional<String> answer(String request) {
    return news.values().stream()
        .flatMap(one -> Optional.ofNullable(one.settled().get(request)).stream())
        .findFirst();
  }

  /** What was asked for and is not settled, at any agent and on any journal. */
  synchronized List<FleetRequest> requests() {
    List<FleetRequest> all = new ArrayList<>(annotated.values());
    asking.values().forEach(all::addAll);
    return all.stream().filter(this::isOpen).toList();
  }

  /**
   * Who cannot be counted among those that hold the version. An agent that says what it holds, and
   * does not name the secret, does not serve it.
   */
  List<Laggard> lagging(String secret, String version) {
    List<Laggard> lagging = new ArrayList<>();
    for (FleetMember member : members()) {
      if (member.holds().isEmpty()) {
        lagging.add(
            new Laggard(
                member.pod(), "does not say what it holds (Postern " + member.version() + ")"));
        continue;
      }
      Held held = member.holds().get().get(secret);
      if (held != null && !held.acknowledges(version)) {
        lagging.addAll(why(member.pod(), held, version));
      }
    }
    return lagging;
  }

  private static List<Laggard> why(String pod, Held held, String version) {
    if (!held.version().equals(version)) {
      return List.of(new Laggard(pod, "serves version " + held.version()));
    }
    if (held.lagging().isEmpty()) {
      return List.of(new Laggard(pod, (held.consumers() - held.acknowledged()) + " consumers lag"));
    }
    return held.lagging().stream().map(text -> new Laggard(pod, text)).toList();
  }

  void close() {
    expiry.close(() -> {});
  }
}
