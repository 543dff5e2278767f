package dev.postern.kubernetes.api;

import dev.postern.kubernetes.api.ClusterObject.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Kubernetes API of one namespace. Thread-safe; calls block, and end within seconds.
 *
 * <p>Every call may throw {@link ClusterException}. After {@link ClusterException.Unavailable} it
 * is not known whether a write was carried out, and it may still be carried out later: what must
 * not happen twice is guarded by the resource version.
 */
public interface ClusterApi extends AutoCloseable {

  /** Reads one object, as new as the API has it. */
  Optional<ClusterObject> get(Kind kind, String name);

  /** All that carry these labels. */
  List<ClusterObject> list(Kind kind, Map<String, String> labels);

  /**
   * @return the object with its uid and resource version
   * @throws ClusterException.Conflict when there is one of that name
   */
  ClusterObject create(ClusterObject object);

  /**
   * Replaces the object, if it is still the one that was read.
   *
   * @return the object with its new resource version
   * @throws ClusterException.Conflict when it was changed since
   * @throws ClusterException.NotFound when it is gone
   */
  ClusterObject update(ClusterObject object);

  /**
   * Deletes the object, if it is still the one that was read. One that is gone already is no error.
   *
   * @throws ClusterException.Conflict when it was changed since
   */
  void delete(Kind kind, String name, String resourceVersion);

  /**
   * Tells all that there is, then each change, until closed. Survives the API's absence, a closed
   * connection and an expired history: what was missed is in the next whole list. The listener is
   * called by one thread at a time.
   */
  Watch watch(Kind kind, Map<String, String> labels, ClusterListener listener);

  @Override
  void close();

  /** A watch that goes on until it is closed. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }
}
