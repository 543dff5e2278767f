package dev.postern.kubernetes.api;

import dev.postern.kubernetes.api.ClusterObject.Kind;
import dev.postern.kubernetes.api.ClusterObject.Owner;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Between our objects and the library's. */
final class FabricObjects {
  private static final String POD = "Pod";

  private FabricObjects() {}

  static ClusterObject read(HasMetadata resource) {
    ObjectMeta meta = resource.getMetadata();
    boolean isLease = resource instanceof Lease;
    return new ClusterObject(
        isLease ? Kind.LEASE : Kind.CONFIG_MAP,
        meta.getName(),
        orEmpty(meta.getUid()),
        orEmpty(meta.getResourceVersion()),
        orEmpty(meta.getLabels()),
        orEmpty(meta.getAnnotations()),
        resource instanceof ConfigMap map ? orEmpty(map.getData()) : Map.of(),
        resource instanceof Lease lease ? spec(lease) : Optional.empty(),
        owner(meta));
  }

  private static Optional<LeaseSpec> spec(Lease lease) {
    io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec spec = lease.getSpec();
    if (spec == null) {
      return Optional.empty();
    }
    Integer seconds = spec.getLeaseDurationSeconds();
    Integer transitions = spec.getLeaseTransitions();
    return Optional.of(
        new LeaseSpec(
            orEmpty(spec.getHolderIdentity()),
            Duration.ofSeconds(seconds == null ? 0 : seconds),
            instant(spec.getAcquireTime()),
            instant(spec.getRenewTime()),
            transitions == null ? 0 : transitions));
  }

  private static Optional<Instant> instant(@Nullable ZonedDateTime time) {
    return Optional.ofNullable(time).map(ZonedDateTime::toInstant);
  }

  private static Optional<Owner> owner(ObjectMeta meta) {
    List<OwnerReference> owners = meta.getOwnerReferences();
    return owners == null
        ? Optional.empty()
        : owners.stream()
            .filter(one -> POD.equals(one.getKind()))
            .findFirst()
            .map(one -> new Owner(one.getName(), one.getUid()));
  }

  static HasMetadata write(ClusterObject object) {
    ObjectMeta meta = meta(object);
    return switch (object.kind()) {
      case CONFIG_MAP -> new ConfigMapBuilder().withMetadata(meta).withData(object.data()).build();
      case LEASE -> {
        LeaseBuilder lease = new LeaseBuilder().withMetadata(meta);
        object.lease().ifPresent(spec -> lease.withSpec(spec(spec)));
        yield lease.build();
      }
    };
  }

  private static ObjectMeta meta(ClusterObject object) {
    ObjectMetaBuilder meta =
        new ObjectMetaBuilder()
            .withName(object.name())
            .withLabels(object.labels())
            .withAnnotations(object.annotations());
    if (!object.resourceVersion().isEmpty()) {
      meta.withResourceVersion(object.resourceVersion()).withUid(object.uid());
    }
    object
        .owner()
        .ifPresent(
            owner ->
                meta.withOwnerReferences(
                    new OwnerReferenceBuilder()
                        .withApiVersion("v1")
                        .withKind(POD)
                        .withName(owner.name())
                        .withUid(owner.uid())
                        .build()));
    return meta.build();
  }

  private static io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec spec(LeaseSpec spec) {
    io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec written =
        new io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec();
    written.setHolderIdentity(spec.holder());
    written.setLeaseDurationSeconds((int) spec.duration().toSeconds());
    spec.acquired().ifPresent(at -> written.setAcquireTime(time(at)));
    spec.renewed().ifPresent(at -> written.setRenewTime(time(at)));
    written.setLeaseTransitions(spec.transitions());
    return written;
  }

  /** The API keeps microseconds. */
  private static ZonedDateTime time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MICROS).atZone(ZoneOffset.UTC);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
    return map == null ? Map.of() : map;
  }
}
