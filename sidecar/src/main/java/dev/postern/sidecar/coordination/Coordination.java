package dev.postern.sidecar.coordination;

import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.consumer.ConsumerRegistry;
import dev.postern.consumer.Holding;
import dev.postern.failpoint.Failpoints;
import dev.postern.orphan.OrphanListener;
import dev.postern.rotation.RotationCapacity;
import dev.postern.rotation.RotationListener;
import dev.postern.rotation.RotationService;
import dev.postern.rotation.RotationStanding;
import dev.postern.rotation.RotationTarget;
import dev.postern.serving.SecretServing;
import dev.postern.store.CompromiseFlag;
import dev.postern.time.TimeSource;
import java.util.List;

/** Who rotates the secrets of this agent. Thread-safe; closed before what it works with. */
public interface Coordination extends AutoCloseable {

  /**
   * What it works with.
   *
   * @param targets what this agent could rotate; none for one that only serves
   */
  record Parts(
      String installation,
      List<RotationTarget> targets,
      SecretServing serving,
      ConsumerRegistry consumers,
      RotationListener listener,
      RotationCapacity capacity,
      TimeSource time,
      Failpoints failpoints) {}

  /** Takes up the rotations there are. Called once, before the secrets are read. */
  void begin();

  /** What people and programs ask for at this agent. */
  RotationService rotations();

  /** A store shows a compromised mark. */
  void flagged(SecretName secret, Version version, CompromiseFlag flag);

  /** How those secrets stand that this agent rotates now. */
  List<RotationStanding> standings();

  /** Whether this agent rotates the secret now. */
  boolean rotates(SecretName secret);

  /** What other agents hold of a secret, as far as this one may know. */
  List<Holding> elsewhere(SecretName secret);

  /** Begins to look for keys that nothing claims. Called once, last of all. */
  void sweepOrphans(OrphanListener listener);

  /** Where rotations are recorded, in words for an operator. */
  String journal();

  @Override
  void close();
}
