package dev.postern.sidecar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class CommandTreeTest {
  private static final Path NOWHERE = Path.of("/nonexistent");

  private final TestSurroundings surroundings = new TestSurroundings();

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasHelpWithAnExample(String command) {
    assertThat(surroundings.run(NOWHERE, (command + " --help").split(" ", -1))).isZero();

    assertThat(surroundings.stdout())
        .startsWith("Usage: postern " + command)
        .contains("\nExample: ")
        .doesNotContain("\u001b");
  }

  @Test
  void overviewNamesEveryCommand() {
    assertThat(surroundings.run(NOWHERE, "--help")).isZero();

    assertThat(surroundings.stdout())
        .contains("run", "dev", "validate", "list", "get", "watch", "exec", "doctor")
        .contains("refresh", "rotate", "rotations", "consumers")
        .contains("status", "report", "local", "completion");
  }

  @Test
  void versionIsThatOfTheBuild() {
    assertThat(surroundings.run(NOWHERE, "--version")).isZero();
    assertThat(surroundings.stdout()).matches("postern \\d+\\.\\d+\\.\\d+\\S*\\n");
  }

  @Test
  void completionScriptKnowsTheNestedCommandsAndOptions() {
    assertThat(surroundings.run(NOWHERE, "completion")).isZero();

    assertThat(surroundings.stdout())
        .startsWith("#!/usr/bin/env bash")
        .contains("_picocli_postern_local_put", "--admin-socket", "--compromised");
  }

  @Test
  void onlyTheCommandThatIsAskedForIsMade() {
    CommandTree tree =
        new CommandTree(
            surroundings.build(NOWHERE),
            () -> {
              throw new AssertionError("no agent is needed");
            });

    assertThat(tree.parserOf("get", "x").getSubcommands()).containsOnlyKeys("get");
    assertThat(tree.parserOf("--help").getSubcommands()).containsKeys("run", "get", "exec");
  }

  private static Stream<String> commands() {
    TestSurroundings surroundings = new TestSurroundings();
    CommandLine all =
        new CommandTree(
                surroundings.build(NOWHERE),
                () -> {
                  throw new AssertionError("no agent is needed");
                })
            .parserOf();
    return all.getSubcommands().entrySet().stream()
        .flatMap(
            entry ->
                Stream.concat(
                    Stream.of(entry.getKey()),
                    entry.getValue().getSubcommands().keySet().stream()
                        .map(nested -> entry.getKey() + " " + nested)));
  }
}
