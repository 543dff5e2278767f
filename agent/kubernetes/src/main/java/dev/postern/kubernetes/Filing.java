package dev.postern.kubernetes;

/**
 * A request that was made at an agent and that nobody has answered.
 *
 * @param written whether the API has it; otherwise it ends with the agent that was asked
 */
public record Filing(FleetRequest request, boolean written) {}
