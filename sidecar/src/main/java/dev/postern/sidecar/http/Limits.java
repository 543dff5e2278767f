package dev.postern.sidecar.http;

import java.time.Duration;

/**
 * What one server allows.
 *
 * @param connections open at a time, over all peers; beyond them one with fewer than another gets
 *     the place of an idle one of that other
 * @param connectionsPerUid open at a time, of one user
 * @param requestsPerSecond of one user, with bursts of as many; 0 for no limit
 * @param requestLine bytes
 * @param headers bytes of all header fields together
 * @param body bytes
 * @param requestTime from the first byte of a request to its last
 * @param idleTime between two requests of a connection
 * @param longestWait of a long poll
 * @param heartbeat between two comments on an event stream
 * @param stopTime for what is in flight when the server is closed
 */
public record Limits(
    int connections,
    int connectionsPerUid,
    int requestsPerSecond,
    int requestLine,
    int headers,
    int body,
    Duration requestTime,
    Duration idleTime,
    Duration longestWait,
    Duration heartbeat,
    Duration stopTime) {

  /** Room for a thousand watchers of one user, and for all that local programs should send. */
  public static Limits standard() {
    return new Limits(
        2048,
        1536,
        0,
        4096,
        8192,
        64 * 1024,
        Duration.ofSeconds(10),
        Duration.ofMinutes(5),
        Duration.ofMinutes(5),
        Duration.ofSeconds(15),
        Duration.ofSeconds(5));
  }

  public Limits withConnections(int overall, int perUid) {
    return new Limits(
        overall,
        perUid,
        requestsPerSecond,
        requestLine,
        headers,
        body,
        requestTime,
        idleTime,
        longestWait,
        heartbeat,
        stopTime);
  }

  public Limits withRequestsPerSecond(int rate) {
    return new Limits(
        connections,
        connectionsPerUid,
        rate,
        requestLine,
        headers,
        body,
        requestTime,
        idleTime,
        longestWait,
        heartbeat,
        stopTime);
  }

  public Limits withTimes(Duration request, Duration idle, Duration beat, Duration stop) {
    return new Limits(
        connections,
        connectionsPerUid,
        requestsPerSecond,
        requestLine,
        headers,
        body,
        request,
        idle,
        longestWait,
        beat,
        stop);
  }
}
