package dev.postern.sidecar.metrics;

import dev.postern.issuer.IssuerException;
import dev.postern.store.StoreException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/** Times calls to what is outside, by whom was called, what for, and what came of it. */
public final class CallMeters {
  /** The outcome of a call that did what it was asked. */
  public static final String OK = "ok";

  private final MeterRegistry registry;
  private final String meter;
  private final String who;
  private final String help;

  CallMeters(MeterRegistry registry, String meter, String who, String help) {
    this.registry = registry;
    this.meter = meter;
    this.who = who;
    this.help = help;
  }

  /**
   * @param name of the store or issuer in the config
   * @param operation one of a closed set, such as the port's method
   * @param outcome one of a closed set, such as {@link #outcomeOf}
   */
  public void record(String name, String operation, String outcome, Duration time) {
    Timer.builder(meter)
        .description(help)
        .tag(who, name)
        .tag("operation", operation)
        .tag("outcome", outcome)
        .register(registry)
        .record(time);
  }

  /** Makes the call and records it, whatever comes of it. */
  public <R> R time(String name, String operation, Supplier<R> call) {
    long start = System.nanoTime();
    String outcome = OK;
    try {
      return call.get();
    } catch (RuntimeException e) {
      outcome = outcomeOf(e);
      throw e;
    } finally {
      record(name, operation, outcome, Duration.ofNanos(System.nanoTime() - start));
    }
  }

  /** The kind of failure in one word: {@code unavailable}, {@code denied}, … */
  public static String outcomeOf(RuntimeException failure) {
    return switch (failure) {
      case StoreException store -> word(store);
      case IssuerException issuer -> word(issuer);
      default -> "failed";
    };
  }

  private static String word(RuntimeException failure) {
    return failure
        .getClass()
        .getSimpleName()
        .replaceAll("(?<=[a-z])(?=[A-Z])", "-")
        .toLowerCase(Locale.ROOT);
  }
}
