package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RotationIdTest {

  @Test
  void idReadsBackAsItWasPrinted() {
    RotationId id = RotationId.random();
    assertThat(RotationId.parse(id.toString())).isEqualTo(id).isEqualByComparingTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "7", "1-1-1-1-1", "0B7C1C1E-6F0A-4D51-9F0E-4A6C2A1D9B11", "../../etc/passwd"})
  void onlyTheCanonicalFormIsAnId(String text) {
    assertThatThrownBy(() -> RotationId.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
