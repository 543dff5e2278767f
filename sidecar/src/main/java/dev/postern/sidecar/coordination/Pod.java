package dev.postern.sidecar.coordination;

import java.util.Map;
import java.util.Optional;

/**
 * The Pod that this agent runs in, as the downward API tells it.
 *
 * @param namespace of the Pod
 */
public record Pod(String name, String uid, String namespace) {

  /**
   * @throws CoordinationException when the Pod's manifest does not tell it
   */
  public static Pod of(Map<String, String> environment) {
    return new Pod(
        required(environment, "POD_NAME", "metadata.name"),
        required(environment, "POD_UID", "metadata.uid"),
        required(environment, "POD_NAMESPACE", "metadata.namespace"));
  }

  private static String required(Map<String, String> environment, String variable, String field) {
    return Optional.ofNullable(environment.get(variable))
        .filter(value -> !value.isBlank())
        .orElseThrow(
            () ->
                new CoordinationException(
                    "coordination kubernetes needs the environment variable "
                        + variable
                        + ": set it in the Pod's manifest from fieldRef "
                        + field
                        + ", as the Helm chart does"));
  }
}
