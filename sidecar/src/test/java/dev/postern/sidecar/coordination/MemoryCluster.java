package dev.postern.sidecar.coordination;

import dev.postern.kubernetes.api.ClusterApi;
import dev.postern.kubernetes.api.ClusterException;
import dev.postern.kubernetes.api.ClusterListener;
import dev.postern.kubernetes.api.ClusterObject;
import dev.postern.kubernetes.api.ClusterObject.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the API keeps, in memory; everybody is told at once. It can be away. */
final class MemoryCluster implements ClusterApi {
  private record Watcher(Kind kind, Map<String, String> labels, ClusterListener listener) {
    boolean wants(ClusterObject object) {
      return object.kind() == kind && object.hasLabels(labels);
    }
  }

  private final Map<String, ClusterObject> objects = new TreeMap<>();
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private int writes;
  private boolean away;

  synchronized void away(boolean gone) {
    away = gone;
  }

  private void reach() {
    if (away) {
      throw new ClusterException.Unavailable("the API is away", Optional.empty());
    }
  }

  @Override
  public synchronized Optional<ClusterObject> get(Kind kind, String name) {
    reach();
    return Optional.ofNullable(objects.get(kind + name));
  }

  @Override
  public synchronized List<ClusterObject> list(Kind kind, Map<String, String> labels) {
    reach();
    return objects.values().stream()
        .filter(object -> object.kind() == kind && object.hasLabels(labels))
        .toList();
  }

  @Override
  public synchronized ClusterObject create(ClusterObject object) {
    reach();
    if (objects.containsKey(object.kind() + object.name())) {
      throw new ClusterException.Conflict("there is one");
    }
    return store(object, "uid-" + writes);
  }

  @Override
  public synchronized ClusterObject update(ClusterObject object) {
    reach();
    ClusterObject stored = objects.get(object.kind() + object.name());
    if (stored == null) {
      throw new ClusterException.NotFound("there is none");
    }
    if (!stored.resourceVersion().equals(object.resourceVersion())) {
      throw new ClusterException.Conflict("changed since");
    }
    return store(object, stored.uid());
  }

  private ClusterObject store(ClusterObject object, String uid) {
    ClusterObject stored = object.stored(uid, Integer.toString(++writes));
    objects.put(object.kind() + object.name(), stored);
    watchers.stream()
        .filter(one -> one.wants(stored))
        .forEach(one -> one.listener().upserted(stored));
    return stored;
  }

  @Override
  public void delete(Kind kind, String name, String resourceVersion) {
    throw new UnsupportedOperationException("an agent deletes nothing");
  }

  @Override
  public synchronized Watch watch(Kind kind, Map<String, String> labels, ClusterListener listener) {
    Watcher watcher = new Watcher(kind, labels, listener);
    listener.listed(objects.values().stream().filter(watcher::wants).toList());
    watchers.add(watcher);
    return () -> watchers.remove(watcher);
  }

  @Override
  public void close() {
    watchers.clear();
  }
}
