package dev.postern.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

final class PeerGroupsTest {
  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;

  @Test
  void groupsOfThisProcessAreThoseThatTheKernelLists() throws Exception {
    assertThat(groupsOfThisProcess()).isEqualTo(listed());
  }

  @Test
  void moreGroupsThanAreUsualAreAllTold() throws Exception {
    Assumptions.assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
        "only root can join groups");
    for (int count : new int[] {0, PeerGroups.USUAL, PeerGroups.USUAL + 1, 500}) {
      String groups =
          IntStream.range(0, count)
              .mapToObj(n -> Integer.toString(2000 + n))
              .collect(Collectors.joining(","));
      List<String> joining =
          count == 0
              ? List.of("setpriv", "--clear-groups")
              : List.of("setpriv", "--groups", groups);

      String output =
          ChildJvm.run(joining, List.of("--enable-native-access=ALL-UNNAMED"), Child.class);

      assertThat(output.strip()).as("%d groups", count).isEqualTo(count + " true");
    }
  }

  @Test
  void whatIsNoSocketHasNoGroups() {
    assertThatThrownBy(() -> new PeerGroups().of(-1))
        .isInstanceOf(IOException.class)
        .hasMessage("getsockopt failed with errno 9");
  }

  /** Tells how many groups it has, and whether the kernel lists the same ones. */
  static final class Child {
    public static void main(String[] arguments) throws Exception {
      List<Integer> told = groupsOfThisProcess();
      System.out.println(told.size() + " " + told.equals(listed()));
    }
  }

  /** As one end of a pair of sockets says of the other. */
  private static List<Integer> groupsOfThisProcess() throws Exception {
    LibC libC = LibC.open();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(JAVA_INT, 2);
      libC.function("socketpair").call(AF_UNIX, SOCK_STREAM, 0, ends.address(), 0);
      try {
        return Arrays.stream(new PeerGroups().of(ends.get(JAVA_INT, 0))).sorted().boxed().toList();
      } finally {
        libC.function("close").call(ends.getAtIndex(JAVA_INT, 0), 0, 0);
        libC.function("close").call(ends.getAtIndex(JAVA_INT, 1), 0, 0);
      }
    }
  }

  private static List<Integer> listed() throws IOException {
    String line =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(text -> text.startsWith("Groups:"))
            .findFirst()
            .orElseThrow();
    return Arrays.stream(line.substring("Groups:".length()).strip().split("\\s+", -1))
        .filter(text -> !text.isEmpty())
        .map(Integer::valueOf)
        .sorted()
        .toList();
  }
}
