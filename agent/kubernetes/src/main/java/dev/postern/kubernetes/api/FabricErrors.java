package dev.postern.kubernetes.api;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a failed call means. The library's messages quote the answer, so none is passed on. */
final class FabricErrors {
  private FabricErrors() {}

  /**
   * @param what such as {@code update the Lease postern-prod-eu-sending-key-rotator}
   */
  static ClusterException translate(String what, RuntimeException failure) {
    if (!(failure instanceof KubernetesClientException answer)) {
      return new ClusterException.Unavailable(
          "could not " + what + ": what came back is no answer of a Kubernetes API",
          Optional.empty());
    }
    int code = answer.getCode();
    return switch (code) {
      case 409 -> new ClusterException.Conflict("could not " + what + ": changed meanwhile (409)");
      case 404 -> new ClusterException.NotFound("could not " + what + ": there is none (404)");
      case 400, 405, 413, 422 ->
          new ClusterException.Denied("could not " + what + ": refused (" + code + ")");
      case 401, 403 ->
          new ClusterException.Denied(
              "could not "
                  + what
                  + ": not allowed ("
                  + code
                  + "); give the Pod's service account the Role of the chart");
      default ->
          new ClusterException.Unavailable(
              "could not "
                  + what
                  + (code <= 0 ? ": the Kubernetes API does not answer" : " (" + code + ")"),
              retryAfter(answer.getStatus()));
    };
  }

  private static Optional<Duration> retryAfter(@Nullable Status status) {
    if (status == null || status.getDetails() == null) {
      return Optional.empty();
    }
    return Optional.ofNullable(status.getDetails().getRetryAfterSeconds())
        .map(Duration::ofSeconds)
        .filter(Duration::isPositive);
  }
}
