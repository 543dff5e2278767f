package dev.postern.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.postern.SecretMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class MemoryLockLimitTest {

  @Test
  void beyondTheLimitMemoryStaysUsableAndIsReportedOnce() throws Exception {
    String output = ChildJvm.run(limitedTo(128 * 1024), List.of(), ExhaustsTheLimit.class);

    assertThat(output)
        .contains("first: locked=true")
        .contains("last: locked=false")
        .contains("locked in memory: 128 of 256 KiB, the rest may be swapped out")
        .contains("left out of core dumps")
        .contains("mlock failed with errno 12")
        .containsOnlyOnce("] WARN ")
        .contains("the values are intact");
  }

  @Test
  void withoutAnyRightToLockItStarts() throws Exception {
    String output = ChildJvm.run(limitedTo(0), List.of(), ExhaustsTheLimit.class);

    assertThat(output)
        .contains("first: locked=false")
        .contains("off-heap and wiped; not locked in memory; left out of core dumps")
        .containsOnlyOnce("] WARN ")
        .contains("the values are intact");
  }

  @Test
  void whereNativeAccessIsDeniedItStarts() throws Exception {
    String output =
        ChildJvm.run(List.of(), List.of("--illegal-native-access=deny"), ExhaustsTheLimit.class);

    assertThat(output)
        .contains("first: locked=false")
        .contains("off-heap and wiped; not locked in memory; not left out of core dumps")
        .containsOnlyOnce("] WARN ")
        .contains("the values are intact");
  }

  /** Root is above the limit as long as it has CAP_IPC_LOCK. */
  private static List<String> limitedTo(int bytes) throws IOException {
    List<String> prefix = new ArrayList<>();
    if (Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
      prefix.addAll(List.of(tool("setpriv"), "--bounding-set=-ipc_lock"));
    }
    prefix.addAll(List.of(tool("prlimit"), "--memlock=%d:%d".formatted(bytes, bytes)));
    return prefix;
  }

  private static String tool(String name) {
    Path tool = Path.of("/usr/bin", name);
    assumeTrue(Files.isExecutable(tool), tool + " (util-linux) is not installed");
    return tool.toString();
  }

  /** Takes more memory than may be locked, and checks that every block keeps its bytes. */
  static final class ExhaustsTheLimit {
    private ExhaustsTheLimit() {}

    public static void main(String[] args) {
      SecretMemory memory = SecretMemory.process();
      System.out.println("first: locked=" + memory.locked());
      List<SecretMemory.Block> blocks = new ArrayList<>();
      for (byte i = 0; i < 16; i++) {
        SecretMemory.Block block = memory.allocate(16 * 1024);
        ByteBuffer buffer = block.buffer();
        while (buffer.hasRemaining()) {
          buffer.put(i);
        }
        blocks.add(block);
      }
      System.out.println("last: locked=" + memory.locked());
      System.out.println(memory.protection());
      for (int i = 0; i < blocks.size(); i++) {
        ByteBuffer buffer = blocks.get(i).buffer();
        while (buffer.hasRemaining()) {
          if (buffer.get() != i) {
            throw new AssertionError("a block lost its bytes");
          }
        }
      }
      System.out.println("the values are intact");
    }
  }
}
