package dev.postern.sidecar.metrics;

import dev.postern.sidecar.http.RequestMetrics;
import dev.postern.sidecar.http.Route;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Times answers; a timer is looked up by two array indexes, because this is on the hot path. */
final class SocketMeters implements RequestMetrics {
  private static final int STATUSES = 600;

  private final MeterRegistry registry;
  private final AtomicReferenceArray<Timer> timers =
      new AtomicReferenceArray<>(Route.values().length * STATUSES);

  SocketMeters(MeterRegistry registry) {
    this.registry = registry;
    timer(Route.SECRET, 200);
  }

  @Override
  public void answered(Route route, int status, long nanos) {
    timer(route, status).record(nanos, TimeUnit.NANOSECONDS);
  }

  @SuppressWarnings("EnumOrdinal") // An index within this process, never stored.
  private Timer timer(Route route, int status) {
    int index = route.ordinal() * STATUSES + status;
    Timer known = timers.get(index);
    if (known == null) {
      known =
          Timer.builder(MeterNames.SOCKET_REQUESTS)
              .description("Time to answer requests on the sockets, by what was asked for")
              .tag("route", route.wireName())
              .tag("status", Integer.toString(status))
              .register(registry);
      timers.set(index, known);
    }
    return known;
  }
}
