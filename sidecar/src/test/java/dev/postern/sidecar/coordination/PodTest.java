package dev.postern.sidecar.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PodTest {
  private static final Map<String, String> TOLD =
      Map.of("POD_NAME", "web-1", "POD_UID", "u-1", "POD_NAMESPACE", "mail");

  @Test
  void podIsWhatTheDownwardApiTells() {
    assertThat(Pod.of(TOLD)).isEqualTo(new Pod("web-1", "u-1", "mail"));
  }

  @ParameterizedTest
  @CsvSource({
    "POD_NAME, metadata.name",
    "POD_UID, metadata.uid",
    "POD_NAMESPACE, metadata.namespace"
  })
  void whatIsNotToldIsNamedWithTheFieldToTakeItFrom(String variable, String field) {
    Map<String, String> without = new HashMap<>(TOLD);
    without.put(variable, " ");

    assertThatThrownBy(() -> Pod.of(without))
        .isInstanceOf(CoordinationException.class)
        .hasMessageContainingAll(variable, "fieldRef " + field);
  }
}
