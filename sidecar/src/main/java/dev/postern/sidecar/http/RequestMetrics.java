package dev.postern.sidecar.http;

/** Told of every answer, on the event loop: it must not block, and should not allocate. */
@FunctionalInterface
public interface RequestMetrics {
  /** For servers that nobody measures. */
  RequestMetrics NONE = (route, status, nanos) -> {};

  void answered(Route route, int status, long nanos);
}
