package dev.postern.sidecar.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NearestWordTest {
  private static final List<String> WORDS = List.of("max-age", "max-stale", "uid", "gid", "us");

  @ParameterizedTest
  @CsvSource({
    "max_age, max-age",
    "maxAge, max-age",
    "MaxStale, max-stale",
    "max-sale, max-stale",
    "udi, uid",
    "gidd, gid",
  })
  void aNearWordIsFound(String written, String meant) {
    assertThat(NearestWord.to(written, WORDS)).contains(meant);
  }

  @ParameterizedTest
  @CsvSource({"telemetry", "uk", "x", "minimum"})
  void aFarWordIsNotGuessedAt(String written) {
    assertThat(NearestWord.to(written, WORDS)).isEmpty();
  }

  @Test
  void aLongWordIsNotCompared() {
    assertThat(NearestWord.to("max-age".repeat(10), WORDS)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"'', '', 0", "a, b, 1", "ab, ba, 1", "kitten, sitting, 3", "abc, '', 3"})
  void distanceCountsEachSlipOnce(String a, String b, int distance) {
    assertThat(NearestWord.distance(a, b)).isEqualTo(distance);
  }
}
