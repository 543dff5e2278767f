package dev.postern.kubernetes;

import dev.postern.kubernetes.api.ClusterApi;
import dev.postern.kubernetes.api.ClusterException;
import dev.postern.kubernetes.api.ClusterListener;
import dev.postern.kubernetes.api.ClusterObject;
import dev.postern.kubernetes.api.ClusterObject.Kind;
import dev.postern.kubernetes.api.LeaseSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** What a rotator with a fault does to the API: shows that the simulation would notice. */
record MutatedApi(ClusterApi real, VirtualTime.Host host, Mutant mutant, Random random)
    implements ClusterApi {

  @Override
  public Optional<ClusterObject> get(Kind kind, String name) {
    return real.get(kind, name).map(this::judgedByWallClock);
  }

  /** As if the election believed the times in a Lease. */
  private ClusterObject judgedByWallClock(ClusterObject object) {
    if (mutant != Mutant.ELECTION_BY_WALL_CLOCKS
        || !FleetNames.ELECTION_ROLE.equals(object.labels().get(FleetNames.ROLE))) {
      return object;
    }
    return object
        .lease()
        .filter(
            spec ->
                spec.renewed()
                    .filter(at -> at.plus(spec.duration()).isBefore(host.instant()))
                    .isPresent())
        .map(spec -> object.withLease(spec.released()))
        .orElse(object);
  }

  @Override
  public List<ClusterObject> list(Kind kind, Map<String, String> labels) {
    return real.list(kind, labels);
  }

  @Override
  public ClusterObject create(ClusterObject object) {
    return real.create(object);
  }

  @Override
  public ClusterObject update(ClusterObject object) {
    boolean journal = object.kind() == Kind.CONFIG_MAP;
    if (journal && mutant == Mutant.JOURNAL_THAT_LOSES_A_WRITE && random.nextInt(10) == 0) {
      return object;
    }
    try {
      ClusterObject written = real.update(asMutated(object));
      return journal && mutant == Mutant.JOURNAL_THAT_REPEATS_A_WRITE
          ? real.update(written)
          : written;
    } catch (ClusterException.Conflict changed) {
      if (!journal || mutant != Mutant.JOURNAL_WITHOUT_FENCE) {
        throw changed;
      }
      ClusterObject there = real.get(object.kind(), object.name()).orElseThrow();
      return real.update(object.stored(there.uid(), there.resourceVersion()));
    }
  }

  /** As if the Lease of the election did not tell one term from the next. */
  private ClusterObject asMutated(ClusterObject object) {
    if (mutant != Mutant.ELECTION_THAT_DOES_NOT_COUNT
        || !FleetNames.ELECTION_ROLE.equals(object.labels().get(FleetNames.ROLE))) {
      return object;
    }
    return object
        .lease()
        .map(
            spec ->
                object.withLease(
                    new LeaseSpec(
                        spec.holder(), spec.duration(), spec.acquired(), spec.renewed(), 0)))
        .orElse(object);
  }

  @Override
  public void delete(Kind kind, String name, String resourceVersion) {
    real.delete(kind, name, resourceVersion);
  }

  @Override
  public Watch watch(Kind kind, Map<String, String> labels, ClusterListener listener) {
    return real.watch(kind, labels, listener);
  }

  @Override
  public void close() {
    real.close();
  }
}
