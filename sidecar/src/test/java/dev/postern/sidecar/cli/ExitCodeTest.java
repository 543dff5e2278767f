package dev.postern.sidecar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExitCodeTest {

  @ParameterizedTest
  @CsvSource({
    "200, 0", "202, 0", "204, 0", "400, 2", "401, 3", "403, 3", "404, 3", "405, 2", "406, 1",
    "409, 3", "413, 2", "429, 4", "500, 1", "502, 4", "503, 4", "504, 4"
  })
  void everyStatusHasItsCode(int status, int code) {
    assertThat(ExitCode.ofStatus(status).code()).isEqualTo(code);
  }

  @Test
  void codesAreThoseThatTheManualPromises() {
    assertThat(List.of(ExitCode.values()).stream().map(ExitCode::code))
        .containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void ofSeveralOutcomesTheOneThatNeedsAPersonWins() {
    assertThat(ExitCode.worst(List.of())).isEqualTo(ExitCode.OK);
    assertThat(ExitCode.worst(List.of(ExitCode.OK, ExitCode.REFUSED))).isEqualTo(ExitCode.REFUSED);
    assertThat(ExitCode.worst(List.of(ExitCode.REFUSED, ExitCode.FAILED)))
        .isEqualTo(ExitCode.FAILED);
    assertThat(ExitCode.worst(List.of(ExitCode.NEEDS_PERSON, ExitCode.UNREACHABLE)))
        .isEqualTo(ExitCode.NEEDS_PERSON);
  }
}
