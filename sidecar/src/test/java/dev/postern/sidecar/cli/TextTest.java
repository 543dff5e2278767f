package dev.postern.sidecar.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u001b", "\u0007", "\r", "\n", "\t", "\u007f", "\u009b", "\u202e", "\u2028", "\ud800"
      })
  void whatMovesATerminalIsReplaced(String character) {
    assertThat(SafeText.line("a" + character + "b")).isEqualTo("a\ufffdb");
  }

  @Test
  void readableTextOfAnyScriptStays() {
    assertThat(SafeText.line("clé für 日本 \ud83d\udd11")).isEqualTo("clé für 日本 \ud83d\udd11");
  }

  @Test
  void severalLinesKeepTheirLineEndsOnly() {
    assertThat(SafeText.lines("{\n\u009b}")).isEqualTo("{\n\ufffd}");
  }

  @ParameterizedTest
  @CsvSource({"-1, 0s", "0, 0s", "59.9, 59s", "60, 1m", "3599, 59m", "172799, 47h", "172800, 2d"})
  void ageIsShownInItsLargestUnit(double seconds, String shown) {
    assertThat(HumanTime.age(seconds)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({
    "0.0004, 0 ms",
    "0.009, 9 ms",
    "0.25, 0.25 s",
    "1.24, 1.2 s",
    "119.9, 119.9 s",
    "125, 2 min 5 s",
    "7260, 2 h 1 min"
  })
  void elapsedTimeKeepsTheDigitsThatMatter(double seconds, String shown) {
    assertThat(HumanTime.elapsed(seconds)).isEqualTo(shown);
  }

  @Test
  void durationsAreReadAsTheAgentReadsThem() {
    assertThat(HumanTime.parse("500ms")).isEqualTo(Duration.ofMillis(500));
    assertThat(HumanTime.parse("60s")).isEqualTo(Duration.ofMinutes(1));
    assertThat(HumanTime.parse("2d")).isEqualTo(Duration.ofDays(2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "-5s", "5 s", "5y", "99999999999s"})
  void whatIsNoDurationIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> HumanTime.parse(text));
  }
}
