/**
 * Who rotates: this agent {@link dev.postern.sidecar.coordination.Alone}, or as one of a fleet on
 * Kubernetes ({@link dev.postern.sidecar.coordination.FleetCoordination}).
 *
 * <p>In a fleet, each rotator stands for election for each secret that it could rotate. For each
 * term that it wins there is one {@link dev.postern.sidecar.coordination.Tenure}, with the engine
 * that an agent alone has for all its secrets, over the secret's journal in the cluster. What is
 * asked for at an agent that does not lead the secret is filed with the fleet. Every agent tells
 * the fleet what it holds, and follows the journals.
 */
@NullMarked
package dev.postern.sidecar.coordination;

import org.jspecify.annotations.NullMarked;
