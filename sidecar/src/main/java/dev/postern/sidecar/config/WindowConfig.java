package dev.postern.sidecar.config;

import dev.postern.sidecar.schedule.CronWindow;
import java.time.Duration;
import java.time.ZoneId;

/**
 * When scheduled rotations of a secret may begin.
 *
 * @param cron when the window opens: five fields, as of unix cron
 * @param length how long it stays open
 * @param zone in which the expression is meant
 */
public record WindowConfig(String cron, Duration length, ZoneId zone) {

  public CronWindow window() {
    return CronWindow.of(cron, length, zone);
  }
}
