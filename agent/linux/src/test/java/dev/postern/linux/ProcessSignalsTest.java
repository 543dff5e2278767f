package dev.postern.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ProcessSignalsTest {
  private static final int USR1 = 10;

  @Test
  void signalIsDeliveredAndAnEndedProcessIsTold() throws Exception {
    Process process =
        new ProcessBuilder(
                "/bin/sh", "-c", "trap 'exit 42' USR1; echo ready; while :; do sleep 0.05; done")
            .start();
    assertThat(process.inputReader().readLine()).isEqualTo("ready");
    int pid = (int) process.pid();

    ProcessSignals.send(pid, USR1);

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(42);
    assertThatThrownBy(() -> ProcessSignals.send(pid, USR1))
        .isInstanceOf(IOException.class)
        .hasMessage("it does not run");
  }

  @Test
  void groupsAndAllProcessesAreNeverSignalled() {
    for (int pid : new int[] {1, 0, -1, -4711}) {
      assertThatThrownBy(() -> ProcessSignals.send(pid, USR1))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
