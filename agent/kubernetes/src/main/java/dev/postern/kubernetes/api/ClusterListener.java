package dev.postern.kubernetes.api;

import java.util.List;

/** Whom a watch tells. Returns soon; called by one thread at a time. */
public interface ClusterListener {

  /** All that there is: what is not in it does not exist any more. */
  void listed(List<ClusterObject> all);

  /** New, or changed. */
  void upserted(ClusterObject object);

  /** Gone; as it was last. */
  void deleted(ClusterObject object);
}
