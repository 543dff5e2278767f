package dev.postern.kubernetes;

import dev.postern.kubernetes.AgentIdentity.Role;
import java.util.Map;
import java.util.Optional;

/**
 * An agent that is there: its Lease changed within the duration that it names, by this agent's own
 * elapsed time.
 *
 * @param version of Postern
 * @param holds by secret; empty when it does not say, as an agent of another version may
 */
public record FleetMember(
    String pod, Role role, String version, Optional<Map<String, Held>> holds) {}
