package dev.postern.sidecar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.checkup.Finding;
import dev.postern.sidecar.config.PosternConfig;
import dev.postern.sidecar.doctor.Row;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command makes of what was found. */
class DoctorCommandTest {
  private static final Finding OK = Finding.ok("it is there");
  private static final Finding WARN = Finding.warn("it ends soon", "renew it");
  private static final Finding FAIL = Finding.fail("it is refused", "grant it");
  private static final Finding AWAY = Finding.unreachable("nobody answers", "start it");
  private static final Finding SKIPPED = Finding.skipped("not checked", "compare");

  @TempDir private Path directory;
  private final TestSurroundings surroundings = new TestSurroundings();

  @Test
  void exitCodeTellsWhetherAPersonMustDoSomething() throws IOException {
    assertThat(run(OK, WARN, SKIPPED)).isZero();
    assertThat(run(OK, AWAY)).isEqualTo(4);
    assertThat(run(AWAY, FAIL, AWAY)).isEqualTo(1);
  }

  @Test
  void whatAServerCallsItselfDoesNotMoveTheCursor() throws IOException {
    run(Finding.fail("the certificate is for \u001b[2Jexample.com", "connect by that name"));

    assertThat(surroundings.stdout()).contains("connect by that name").doesNotContain("\u001b");
  }

  @Test
  void bothKindsOfFailureAreCalledFail() throws IOException {
    run(FAIL, AWAY, SKIPPED);

    assertThat(surroundings.stdout().lines().map(line -> line.replaceAll(" {2,}", "|")))
        .containsExactly(
            "TARGET|CHECK|RESULT|FOUND|WHAT TO DO",
            "store prod|check|fail|it is refused|grant it",
            "store prod|check|fail|nobody answers|start it",
            "store prod|check|skipped|not checked|compare");
  }

  private int run(Finding... findings) throws IOException {
    Path config = directory.resolve("postern.yaml");
    Files.writeString(
        config,
        """
        installation: test
        stores: {prod: {type: env}}
        secrets: {key: {kind: static, source: {store: prod, path: KEY}}}
        """);
    List<Row> rows =
        Arrays.stream(findings).map(one -> new Row("store prod", "check", one)).toList();
    return new PosternCli(surroundings.build(directory), () -> new Finder(rows))
        .run("doctor", "--config", config.toString());
  }

  private record Finder(List<Row> rows) implements AgentLauncher {
    @Override
    public int run(Path config, PrintStream out, PrintStream err) {
      throw new AssertionError("no agent is asked for");
    }

    @Override
    public int dev(Optional<Path> dir, PrintStream out, PrintStream err) {
      throw new AssertionError("no agent is asked for");
    }

    @Override
    public List<Row> doctor(PosternConfig config) {
      return rows;
    }
  }
}
