package dev.postern.sidecar.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether this agent rotates alone, or as one of a fleet.
 *
 * @param namespace of the fleet's Leases and ConfigMaps; empty means that of the Pod
 */
public record CoordinationConfig(Type type, Optional<String> namespace) {
  static final CoordinationConfig DEFAULT = new CoordinationConfig(Type.NONE, Optional.empty());

  /** What keeps two agents from rotating one secret. */
  public enum Type {
    /** The store's own compare-and-set alone. */
    NONE,
    /** A Lease and a ConfigMap for each secret. */
    KUBERNETES
  }

  static CoordinationConfig read(Section section) {
    section.onlyKeys(Set.of("type", "namespace"));
    Type type =
        section.required("type", ValueReader.oneOf(List.of(Type.values()))).orElse(Type.NONE);
    return new CoordinationConfig(
        type, section.optional("namespace", value -> namespace(value, type)));
  }

  private static Reading<String> namespace(Value value, Type type) {
    if (type == Type.NONE) {
      return Reading.refused("a namespace is only used with type kubernetes: remove it");
    }
    return Readers.text(value)
        .then(
            name ->
                name.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
                    ? Reading.of(name)
                    : value.expected("the name of a Kubernetes namespace such as mail"));
  }
}
