package dev.postern.kubernetes.api;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A Lease or a ConfigMap of one namespace. Immutable; never holds a secret byte.
 *
 * @param uid empty until the API has given one
 * @param resourceVersion opaque; empty until the API has given one
 * @param data empty for a Lease
 * @param lease empty for a ConfigMap
 * @param owner the Pod with whose end the object goes
 */
public record ClusterObject(
    Kind kind,
    String name,
    String uid,
    String resourceVersion,
    Map<String, String> labels,
    Map<String, String> annotations,
    Map<String, String> data,
    Optional<LeaseSpec> lease,
    Optional<Owner> owner) {

  /** What kinds there are. */
  public enum Kind {
    LEASE,
    CONFIG_MAP
  }

  /** A Pod. */
  public record Owner(String name, String uid) {}

  public ClusterObject {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
    data = Map.copyOf(data);
  }

  /** One that is yet to be created. */
  public static ClusterObject fresh(Kind kind, String name, Map<String, String> labels) {
    return new ClusterObject(
        kind, name, "", "", labels, Map.of(), Map.of(), Optional.empty(), Optional.empty());
  }

  public ClusterObject withLease(LeaseSpec changed) {
    return new ClusterObject(
        kind, name, uid, resourceVersion, labels, annotations, data, Optional.of(changed), owner);
  }

  public ClusterObject withData(Map<String, String> changed) {
    return new ClusterObject(
        kind, name, uid, resourceVersion, labels, annotations, changed, lease, owner);
  }

  public ClusterObject withAnnotations(Map<String, String> changed) {
    return new ClusterObject(kind, name, uid, resourceVersion, labels, changed, data, lease, owner);
  }

  public ClusterObject withOwner(Owner changed) {
    return new ClusterObject(
        kind, name, uid, resourceVersion, labels, annotations, data, lease, Optional.of(changed));
  }

  /** With these labels beside those that others have put there. */
  public ClusterObject withLabels(Map<String, String> added) {
    Map<String, String> all = new TreeMap<>(labels);
    all.putAll(added);
    return new ClusterObject(
        kind, name, uid, resourceVersion, all, annotations, data, lease, owner);
  }

  /** As the API keeps it. */
  public ClusterObject stored(String givenUid, String givenVersion) {
    return new ClusterObject(
        kind, name, givenUid, givenVersion, labels, annotations, data, lease, owner);
  }

  public boolean hasLabels(Map<String, String> wanted) {
    for (Map.Entry<String, String> one : wanted.entrySet()) {
      if (!one.getValue().equals(labels.get(one.getKey()))) {
        return false;
      }
    }
    return true;
  }
}
