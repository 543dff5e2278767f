package dev.postern.kubernetes;

import dev.postern.kubernetes.api.ClusterApi;
import dev.postern.kubernetes.api.ClusterException;
import dev.postern.kubernetes.api.ClusterListener;
import dev.postern.kubernetes.api.ClusterObject;
import dev.postern.kubernetes.api.ClusterObject.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An API server in virtual time: what it keeps is exact, and each client's way to it can be slow,
 * cut, or lose answers; events can come late, in another order, or not before the next whole list.
 */
final class FakeCluster {
  private static final Duration TIMEOUT = Duration.ofSeconds(4);

  /** The way between one client and the server. Mutable, so that a test can change the weather. */
  static final class Way {
    boolean cut;

    /** The longest time of a request and of an answer. */
    Duration latency = Duration.ofMillis(5);

    /** How likely it is that a write is carried out and its answer lost. */
    double lostAnswers;

    /** How likely it is that a write is carried out long after the client has given it up. */
    double lateWrites;

    /** The longest time of an event. With more than the time between two, they change order. */
    Duration eventDelay = Duration.ofMillis(20);

    /** How likely it is that an event comes only with the next whole list. */
    double droppedEvents;

    /** What the next write meets, before anything else. */
    @Nullable Fault next;
  }

  /** A fault of a single write. */
  enum Fault {
    /** Carried out; the answer does not come. */
    ANSWER_LOST,
    /** Not carried out, and no answer. */
    NOT_CARRIED_OUT,
    /** Carried out half a minute later; the client has given it up by then. */
    LATE
  }

  private final VirtualTime time;
  private final Random random;
  private final Map<Kind, Map<String, ClusterObject>> objects =
      new EnumMap<>(Map.of(Kind.LEASE, new TreeMap<>(), Kind.CONFIG_MAP, new TreeMap<>()));
  private final Map<Kind, List<FakeWatch>> watches =
      new EnumMap<>(Map.of(Kind.LEASE, new ArrayList<>(), Kind.CONFIG_MAP, new ArrayList<>()));
  private final Map<String, Integer> calls = new TreeMap<>();
  private final Map<String, Integer> faults = new TreeMap<>();
  private BiConsumer<@Nullable ClusterObject, ClusterObject> onWrite = (before, after) -> {};
  private long versions = 100;
  private boolean away;

  FakeCluster(VirtualTime time, Random random) {
    this.time = time;
    this.random = random;
  }

  /** Looked at with each write that lands: what was there, and what is there now. */
  void onWrite(BiConsumer<@Nullable ClusterObject, ClusterObject> check) {
    onWrite = check;
  }

  /** The API server is away for all. */
  void away(boolean gone) {
    away = gone;
  }

  boolean isAway() {
    return away;
  }

  /** How often it was done to a client that an answer was lost, a write late, an event dropped. */
  Map<String, Integer> faults() {
    return faults;
  }

  Map<String, Integer> calls() {
    return calls;
  }

  int callsInAll() {
    return calls.values().stream().mapToInt(Integer::intValue).sum();
  }

  void forgetCalls() {
    calls.clear();
  }

  List<ClusterObject> objects() {
    return objects.values().stream().flatMap(some -> some.values().stream()).toList();
  }

  Optional<ClusterObject> object(Kind kind, String name) {
    return Optional.ofNullable(objects(kind).get(name));
  }

  Client client(VirtualTime.Host host) {
    return new Client(host);
  }

  /** What a person does with kubectl. */
  ClusterObject edit(ClusterObject object) {
    return store(object);
  }

  void remove(Kind kind, String name) {
    ClusterObject gone = objects(kind).remove(name);
    if (gone != null) {
      watches(kind).forEach(watch -> watch.tell(gone, listener -> listener.deleted(gone)));
    }
  }

  /** The server forgets its history: every watch begins again with a whole list. */
  void expireHistory() {
    watches.values().forEach(some -> some.forEach(watch -> watch.relist(Duration.ZERO)));
  }

  private Map<String, ClusterObject> objects(Kind kind) {
    return java.util.Objects.requireNonNull(objects.get(kind));
  }

  private List<FakeWatch> watches(Kind kind) {
    return java.util.Objects.requireNonNull(watches.get(kind));
  }

  private ClusterObject store(ClusterObject object) {
    ClusterObject before = objects(object.kind()).get(object.name());
    String uid = before == null ? "uid-" + versions : before.uid();
    ClusterObject kept = object.stored(uid, Long.toString(versions++));
    objects(object.kind()).put(object.name(), kept);
    onWrite.accept(before, kept);
    watches(kept.kind()).forEach(watch -> watch.tell(kept, listener -> listener.upserted(kept)));
    return kept;
  }

  private ClusterObject create(ClusterObject object) {
    if (objects(object.kind()).containsKey(object.name())) {
      throw new ClusterException.Conflict("there is one already");
    }
    return store(object);
  }

  private ClusterObject update(ClusterObject object) {
    ClusterObject there = objects(object.kind()).get(object.name());
    if (there == null) {
      throw new ClusterException.NotFound("there is none");
    }
    if (!there.resourceVersion().equals(object.resourceVersion())) {
      throw new ClusterException.Conflict("changed since");
    }
    return store(object);
  }

  private Duration some(Duration most) {
    return Duration.ofNanos((long) (most.toNanos() * random.nextDouble()));
  }

  /** The API as one host sees it. */
  final class Client implements ClusterApi {
    final Way way = new Way();
    private final VirtualTime.Host host;

    private Client(VirtualTime.Host host) {
      this.host = host;
    }

    @Override
    public Optional<ClusterObject> get(Kind kind, String name) {
      return read("get", () -> object(kind, name));
    }

    @Override
    public List<ClusterObject> list(Kind kind, Map<String, String> labels) {
      return read("list", () -> matching(kind, labels));
    }

    private <T> T read(String what, Supplier<T> read) {
      reach(what);
      T answer = read.get();
      host.block(some(way.latency));
      if (way.cut || away) {
        throw away();
      }
      return answer;
    }

    @Override
    public ClusterObject create(ClusterObject object) {
      return write("create", () -> FakeCluster.this.create(object));
    }

    @Override
    public ClusterObject update(ClusterObject object) {
      return write("update", () -> FakeCluster.this.update(object));
    }

    @Override
    public void delete(Kind kind, String name, String resourceVersion) {
      write(
          "delete",
          () -> {
            object(kind, name)
                .filter(there -> !there.resourceVersion().equals(resourceVersion))
                .ifPresent(
                    _ -> {
                      throw new ClusterException.Conflict("changed since");
                    });
            remove(kind, name);
            return ClusterObject.fresh(kind, name, Map.of());
          });
    }

    private ClusterObject write(String what, Supplier<ClusterObject> write) {
      reach(what);
      Fault fault = fault();
      if (fault == Fault.LATE) {
        time.world(Duration.ofSeconds(30), () -> unheard(write));
      }
      if (fault == Fault.ANSWER_LOST) {
        unheard(write);
      }
      if (fault != null) {
        faults.merge(fault.name(), 1, Integer::sum);
        host.block(TIMEOUT);
        throw away();
      }
      ClusterObject answer = write.get();
      host.block(some(way.latency));
      if (way.cut || away) {
        throw away();
      }
      return answer;
    }

    private void unheard(Supplier<ClusterObject> write) {
      try {
        var _ = write.get();
      } catch (ClusterException nobodyHears) {
        // Its answer would have told of this.
      }
    }

    private @Nullable Fault fault() {
      Fault asked = way.next;
      way.next = null;
      if (asked != null) {
        return asked;
      }
      if (random.nextDouble() < way.lateWrites) {
        return Fault.LATE;
      }
      return random.nextDouble() < way.lostAnswers ? Fault.ANSWER_LOST : null;
    }

    private void reach(String what) {
      calls.merge(what, 1, Integer::sum);
      host.block(some(way.latency));
      if (way.cut || away) {
        host.block(TIMEOUT);
        throw away();
      }
    }

    private ClusterException.Unavailable away() {
      return new ClusterException.Unavailable("the API does not answer", Optional.empty());
    }

    @Override
    public Watch watch(Kind kind, Map<String, String> labels, ClusterListener listener) {
      FakeWatch watch = new FakeWatch(this, kind, labels, listener);
      watches(kind).add(watch);
      watch.relist(Duration.ZERO);
      return watch;
    }

    @Override
    public void close() {}
  }

  private List<ClusterObject> matching(Kind kind, Map<String, String> labels) {
    return objects(kind).values().stream().filter(object -> object.hasLabels(labels)).toList();
  }

  /** Tells late, and after a gap all anew. */
  private final class FakeWatch implements ClusterApi.Watch {
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration GAP_NOTICED = Duration.ofSeconds(45);

    private final Client client;
    private final Kind kind;
    private final Map<String, String> labels;
    private final ClusterListener listener;
    private boolean broken;
    private boolean relisting;
    private boolean closed;

    private FakeWatch(
        Client client, Kind kind, Map<String, String> labels, ClusterListener listener) {
      this.client = client;
      this.kind = kind;
      this.labels = labels;
      this.listener = listener;
    }

    private void tell(ClusterObject object, java.util.function.Consumer<ClusterListener> event) {
      if (closed || client.host.dead() || !object.hasLabels(labels)) {
        return;
      }
      boolean lost = broken || client.way.cut || away;
      if (lost || random.nextDouble() < client.way.droppedEvents) {
        broken |= lost;
        faults.merge("EVENT_DROPPED", 1, Integer::sum);
        relist(lost ? RETRY : some(GAP_NOTICED));
        return;
      }
      client.host.after(
          some(client.way.eventDelay),
          () -> {
            if (!closed) {
              event.accept(listener);
            }
          });
    }

    private void relist(Duration delay) {
      if (!relisting && !closed && !client.host.dead()) {
        relisting = true;
        client.host.after(delay, this::list);
      }
    }

    private void list() {
      relisting = false;
      if (closed) {
        return;
      }
      try {
        // Events of the time between are told on their own, before or after.
        broken = false;
        listener.listed(client.list(kind, labels));
      } catch (ClusterException stillAway) {
        broken = true;
        relist(RETRY);
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
