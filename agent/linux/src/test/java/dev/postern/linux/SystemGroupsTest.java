package dev.postern.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SystemGroupsTest {

  @Test
  void everyGroupOfThisMachineHasTheNumberThatItsListGives() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("/etc/group"));
    assertThat(lines).hasSizeGreaterThan(3);

    for (String line : lines) {
      String[] columns = line.split(":", -1);
      assertThat(SystemGroups.numberOf(columns[0]))
          .as(columns[0])
          .hasValue(Integer.parseUnsignedInt(columns[2]));
    }
  }

  @Test
  void groupThatThisMachineDoesNotHaveIsNotFound() throws IOException {
    assertThat(SystemGroups.numberOf("no-such-group")).isEmpty();
    assertThat(SystemGroups.numberOf("")).isEmpty();
    assertThat(SystemGroups.numberOf("0")).isEmpty();
  }
}
