package dev.postern.sidecar.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CronWindowTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @Test
  void isOpenFromItsOpeningUntilItsLengthIsOver() {
    CronWindow window = CronWindow.of("0 2 * * *", Duration.ofHours(3), ZoneOffset.UTC);

    assertThat(window.openFrom(at("2026-05-05T01:59:59.999Z")))
        .isEqualTo(at("2026-05-05T02:00:00Z"));
    assertThat(window.isOpen(at("2026-05-05T02:00:00Z"))).isTrue();
    assertThat(window.isOpen(at("2026-05-05T04:59:59.999Z"))).isTrue();
    assertThat(window.openFrom(at("2026-05-05T05:00:00Z"))).isEqualTo(at("2026-05-06T02:00:00Z"));
  }

  @Test
  void isOpenOverMidnightInItsOwnZone() {
    CronWindow window = CronWindow.of("0 23 * * 5", Duration.ofHours(4), BERLIN);

    // Friday 8 May 2026, 23:00 in summer time, to Saturday 03:00.
    assertThat(window.openFrom(at("2026-05-06T12:00:00Z"))).isEqualTo(at("2026-05-08T21:00:00Z"));
    assertThat(window.isOpen(at("2026-05-09T00:59:00Z"))).isTrue();
    assertThat(window.isOpen(at("2026-05-09T01:00:00Z"))).isFalse();
  }

  @Test
  void opensAtTheSameTimeOfDayBeforeAndAfterTheClocksChange() {
    CronWindow window = CronWindow.of("0 4 * * *", Duration.ofHours(1), BERLIN);

    assertThat(window.openFrom(at("2026-03-28T12:00:00Z"))).isEqualTo(at("2026-03-29T02:00:00Z"));
    assertThat(window.openFrom(at("2026-10-24T12:00:00Z"))).isEqualTo(at("2026-10-25T03:00:00Z"));
  }

  @Test
  void aTimeThatTheClocksSkipOpensNoWindowThatDay() {
    CronWindow window = CronWindow.of("30 2 * * *", Duration.ofHours(1), BERLIN);

    assertThat(window.openFrom(at("2026-03-28T12:00:00Z"))).isEqualTo(at("2026-03-30T00:30:00Z"));
  }

  @Test
  void dayOfMonthAndWeekdayAreAlternativesAsInCron() {
    CronWindow window = CronWindow.of("0 0 1 * 1", Duration.ofMinutes(1), ZoneOffset.UTC);

    assertThat(window.openFrom(at("2026-03-29T12:00:00Z"))).isEqualTo(at("2026-03-30T00:00:00Z"));
    assertThat(window.openFrom(at("2026-03-31T12:00:00Z"))).isEqualTo(at("2026-04-01T00:00:00Z"));
  }

  @Test
  void weekdaySevenAndItsNameAreSunday() {
    Instant monday = at("2026-05-04T00:00:00Z");

    assertThat(CronWindow.of("0 3 * * 7", Duration.ofHours(1), ZoneOffset.UTC).openFrom(monday))
        .isEqualTo(
            CronWindow.of("0 3 * * sun", Duration.ofHours(1), ZoneOffset.UTC).openFrom(monday))
        .isEqualTo(at("2026-05-10T03:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "0 2 * *", "0 2 * * * *", "60 2 * * *", "@daily", "0 2 * * ?"})
  void whatIsNotUnixCronIsRefused(String cron) {
    assertThatThrownBy(() -> CronWindow.of(cron, Duration.ofHours(1), ZoneOffset.UTC))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Instant at(String text) {
    return Instant.parse(text);
  }
}
