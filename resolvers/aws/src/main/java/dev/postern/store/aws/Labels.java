package dev.postern.store.aws;

import dev.postern.RotationId;
import dev.postern.Version;
import dev.postern.store.StoreException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;

/**
 * Which version carries which staging label. A label sits on one version at a time.
 *
 * @param current the version that is served
 * @param nativeRotation whether AWS itself rotates the secret, by a function of its owner
 */
record Labels(String current, Map<String, List<String>> byVersion, boolean nativeRotation) {
  static final String CURRENT = "AWSCURRENT";
  static final String PENDING = "AWSPENDING";
  private static final String OWN = "postern-";

  /** A version's own mark: Postern made it, in the rotation whose id the version has. */
  static String own(String version) {
    return OWN + version;
  }

  /** The rotation that made the version, which its own label tells. */
  static Optional<RotationId> maker(String version, Collection<String> labels) {
    return labels.contains(own(version))
        ? Optional.of(RotationId.parse(version))
        : Optional.empty();
  }

  /**
   * @throws StoreException.NotFound when the secret is on its way to deletion, or has no value yet
   */
  static Labels of(String store, String path, DescribeSecretResponse described) {
    if (described.deletedDate() != null) {
      throw AwsErrors.translate(store, path, "InvalidRequestException");
    }
    Map<String, List<String>> byVersion = described.versionIdsToStages();
    String current =
        holder(byVersion, CURRENT)
            .orElseThrow(
                () ->
                    new StoreException.NotFound(
                        "store %s: %s has no value yet; put one".formatted(store, path)));
    return new Labels(current, byVersion, Boolean.TRUE.equals(described.rotationEnabled()));
  }

  Optional<String> pending() {
    return holder(byVersion, PENDING);
  }

  /** What a rotation staged and nobody promoted; AWS leaves the label on a promoted version. */
  Optional<String> waiting() {
    return pending().filter(version -> !version.equals(current));
  }

  /** Versions of Postern's that never became pending, or no longer are anything. */
  List<String> unclaimed() {
    return byVersion.entrySet().stream()
        .filter(entry -> entry.getValue().equals(List.of(own(entry.getKey()))))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Versions of Postern's other than this one. */
  List<String> madeBesides(String version) {
    return byVersion.keySet().stream()
        .filter(other -> !other.equals(version) && carries(other, own(other)))
        .toList();
  }

  boolean carries(String version, String label) {
    return byVersion.getOrDefault(version, List.of()).contains(label);
  }

  Version currentVersion() {
    return new Version(current);
  }

  private static Optional<String> holder(Map<String, List<String>> byVersion, String label) {
    return byVersion.entrySet().stream()
        .filter(entry -> entry.getValue().contains(label))
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
