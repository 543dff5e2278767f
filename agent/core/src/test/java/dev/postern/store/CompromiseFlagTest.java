package dev.postern.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CompromiseFlagTest {
  private static final Version SEVEN = new Version("7");

  @Test
  void flagThatPosternWritesIsAboutItsVersionOnly() {
    CompromiseFlag flag = CompromiseFlag.of(SEVEN, "incident 12: found in a log");

    assertThat(flag.mark()).isEqualTo("version 7: incident 12: found in a log");
    assertThat(flag.concerns(SEVEN)).isTrue();
    assertThat(flag.concerns(new Version("77"))).isFalse();
    assertThat(flag.concerns(new Version("8"))).isFalse();
    assertThat(CompromiseFlag.of(SEVEN, "").concerns(SEVEN)).isTrue();
    assertThat(CompromiseFlag.of(SEVEN, "").concerns(new Version("8"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-21T10:00:00Z",
        "incident 7",
        "true",
        "version",
        "version 6 leaked",
        "version control leak: see incident 7",
        "version 6 of the key leaked: rotate",
        "Version 6: leaked"
      })
  void wordsOfAPersonAreAboutWhateverVersionIsCurrent(String mark) {
    assertThat(new CompromiseFlag(mark).concerns(SEVEN)).isTrue();
  }

  @Test
  void longOrManyLinedReasonsFit() {
    assertThat(CompromiseFlag.of(SEVEN, "a\nb\u0000c").mark()).isEqualTo("version 7: a b c");
    assertThat(CompromiseFlag.of(SEVEN, "x".repeat(1000)).mark()).hasSize(256);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n"})
  void blankMarkIsRefused(String mark) {
    assertThatThrownBy(() -> new CompromiseFlag(mark)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void endlessMarkIsRefused() {
    assertThatThrownBy(() -> new CompromiseFlag("x".repeat(257)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
