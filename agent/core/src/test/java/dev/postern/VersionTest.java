package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VersionTest {

  @ParameterizedTest
  @ValueSource(strings = {"7", "0b7c1c1e-6f0a-4d51-9f0e-4a6c2a1d9b11", "a:b", "AB+/=._"})
  void identifiersOfAllStoresAreTaken(String id) {
    assertThat(new Version(id).toString()).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a\nb", "\"7\"", "7\n", "é"})
  void whatCouldBreakAHeaderOrAJournalLineIsRefused(String id) {
    assertThatThrownBy(() -> new Version(id))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a version is");
  }
}
