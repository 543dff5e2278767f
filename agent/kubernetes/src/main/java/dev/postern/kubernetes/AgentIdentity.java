package dev.postern.kubernetes;

import dev.postern.kubernetes.api.ClusterObject.Owner;
import java.util.Locale;

/**
 * One agent of a fleet.
 *
 * @param pod the Pod's name and uid, with whose end the agent's Lease goes
 * @param run differs with each start of the agent
 * @param version of Postern, for people
 */
public record AgentIdentity(FleetNames names, Owner pod, Role role, String run, String version) {

  /** What an agent does in the fleet. */
  public enum Role {
    /** Serves secrets. */
    READER,
    /** Stands for election, and rotates. */
    ROTATOR;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What stands in Leases for this run of this agent. */
  String holder() {
    return pod.name() + "_" + run;
  }

  /** The Pod of what stands in a Lease. */
  static String podOf(String holder) {
    int end = holder.lastIndexOf('_');
    return end < 0 ? holder : holder.substring(0, end);
  }
}
