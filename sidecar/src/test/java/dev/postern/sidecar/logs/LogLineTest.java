package dev.postern.sidecar.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.OffsetDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogLineTest {

  @Test
  void timeIsTheTimeToTheMillisecond() {
    long before = System.currentTimeMillis();
    String line = LogLine.start("INFO", "audit").toString();
    long after = System.currentTimeMillis();

    assertThat(line).endsWith(" INFO audit - ");
    OffsetDateTime time = OffsetDateTime.parse(line.substring(0, line.indexOf(' ')));
    assertThat(time.toInstant().toEpochMilli()).isBetween(before, after);
    assertThat(time.getOffset())
        .isEqualTo(ZoneId.systemDefault().getRules().getOffset(time.toInstant()));
  }

  @ParameterizedTest
  @CsvSource({
    "org.slf4j.simpleLogger.log.postern.audit, true",
    "org.slf4j.simpleLogger.defaultLogLevel, true",
    "org.slf4j.simpleLogger.logFile, false",
    "org.slf4j.simpleLogger.showDateTime, false"
  })
  void onlyLevelsLeaveTheFormAsItIs(String option, boolean usual) {
    assertThat(LogLine.isUsual()).isTrue();
    System.setProperty(option, "x");
    try {
      assertThat(LogLine.isUsual()).isEqualTo(usual);
    } finally {
      System.clearProperty(option);
    }
  }
}
