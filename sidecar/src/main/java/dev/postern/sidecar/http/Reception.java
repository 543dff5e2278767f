package dev.postern.sidecar.http;

/**
 * How a server receives those who connect.
 *
 * @param limits what it allows them
 * @param credentials what it asks the kernel about them
 * @param metrics told of each answer
 */
public record Reception(Limits limits, PeerCredentials credentials, RequestMetrics metrics) {}
