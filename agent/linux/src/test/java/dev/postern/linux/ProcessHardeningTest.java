package dev.postern.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ProcessHardeningTest {

  @Test
  void theKernelConfirmsThatTheProcessIsUndumpable() throws Exception {
    String output = ChildJvm.run(List.of(), List.of(), HardensItself.class);

    assertThat(output)
        .contains("undumpable=true")
        .contains("the process leaves no core dump and cannot be traced by its own user")
        .contains("again: undumpable=true");
  }

  @Test
  void aProcessThatMayNotCallNativeCodeIsTold() throws Exception {
    String output =
        ChildJvm.run(List.of(), List.of("--illegal-native-access=deny"), HardensItself.class);

    assertThat(output)
        .contains("undumpable=false")
        .contains("the process may leave a core dump: ")
        .contains("again: undumpable=false");
  }

  /** Prints what came of it. */
  static final class HardensItself {
    private HardensItself() {}

    public static void main(String[] args) throws IOException {
      ProcessHardening.Outcome outcome = ProcessHardening.makeUndumpable();
      System.out.println("undumpable=" + outcome.undumpable());
      System.out.println(outcome.description());
      System.out.println("again: undumpable=" + ProcessHardening.makeUndumpable().undumpable());
      // What a process may still do with itself, it does.
      Files.readString(Path.of("/proc/self/status"));
    }
  }
}
