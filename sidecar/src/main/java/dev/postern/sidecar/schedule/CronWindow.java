package dev.postern.sidecar.schedule;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.postern.schedule.MaintenanceWindow;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/**
 * A window that opens whenever a cron expression of five fields says so, and stays open for a
 * while. A time of day that a change of the clocks skips opens no window on that day.
 */
public final class CronWindow implements MaintenanceWindow {
  private static final CronParser PARSER =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

  private final ExecutionTime openings;
  private final Duration length;
  private final ZoneId zone;

  private CronWindow(ExecutionTime openings, Duration length, ZoneId zone) {
    this.openings = openings;
    this.length = length;
    this.zone = zone;
  }

  /**
   * @throws IllegalArgumentException when the expression is not one of unix cron; the message is
   *     the library's and may repeat the expression
   */
  public static CronWindow of(String cron, Duration length, ZoneId zone) {
    return new CronWindow(ExecutionTime.forCron(PARSER.parse(cron).validate()), length, zone);
  }

  @Override
  public Instant openFrom(Instant at) {
    ZonedDateTime local = at.atZone(zone);
    // The library's "last" is before what it is given; a window is open at its first moment too.
    boolean open =
        openings
            .lastExecution(local.plusNanos(1_000_000))
            .map(ZonedDateTime::toInstant)
            .filter(opened -> !opened.isAfter(at) && at.isBefore(opened.plus(length)))
            .isPresent();
    return open
        ? at
        : openings.nextExecution(local).map(ZonedDateTime::toInstant).orElse(Instant.MAX);
  }
}
