package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.MailgunSimulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The unit of systemd, and whether an agent can live in the sandbox that it describes. */
class SystemdUnitIT {
  private static final Path UNIT = Path.of("../deploy/systemd/postern.service");

  /** Tenths of what systemd calls exposure; below 20 it says "OK". */
  private static final String MOST_EXPOSURE = "16";

  /** What the filter is to let through: without them the test would see nothing. */
  private static final Set<String> EXPECTED = Set.of("mlock", "chown");

  private static final Pattern CALL = Pattern.compile("^(?:\\d+ +)?([a-z_0-9]+)\\(");

  @TempDir private Path directory;
  @TempDir private Path outside;

  @BeforeEach
  void programs() {
    Program.assumeInstalled("systemd-analyze");
    Program.assumeInstalled("strace");
  }

  private String analyze(String... arguments) {
    List<String> line = new ArrayList<>(List.of("systemd-analyze"));
    line.addAll(List.of(arguments));
    try (Program program = Program.start(outside, Optional.empty(), line, Map.of())) {
      assertThat(program.exit()).as(program.out() + program.err()).isZero();
      return program.out() + program.err();
    }
  }

  @Test
  void systemdFindsNothingWrongAndLittleThatIsExposed() throws IOException {
    String unit = Files.readString(UNIT).replace("/opt/postern/bin/postern", "/bin/true");
    Path file = Files.writeString(outside.resolve("postern.service"), unit);

    assertThat(analyze("verify", file.toString())).isEmpty();
    assertThat(
            analyze("security", "--offline=true", "--threshold=" + MOST_EXPOSURE, file.toString()))
        .contains("Overall exposure level");
  }

  /** The names in a filter set, those of the sets in it included. */
  private Set<String> calls(String name) {
    Set<String> calls = new TreeSet<>();
    if (!name.startsWith("@")) {
      calls.add(name);
      return calls;
    }
    analyze("syscall-filter", name)
        .lines()
        .skip(1)
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .forEach(line -> calls.addAll(calls(line)));
    return calls;
  }

  /** What the unit's filter allows: the first line names what is, each other adds or takes away. */
  private Set<String> allowed() throws IOException {
    Set<String> allowed = new TreeSet<>();
    for (String line : Files.readAllLines(UNIT)) {
      if (line.startsWith("SystemCallFilter=")) {
        String names = line.substring("SystemCallFilter=".length());
        boolean takes = names.startsWith("~");
        for (String name : names.replace("~", "").split(" ", -1)) {
          if (takes) {
            allowed.removeAll(calls(name));
          } else {
            allowed.addAll(calls(name));
          }
        }
      }
    }
    return allowed;
  }

  @Test
  void everySystemCallOfAnAgentThatServesRotatesAndWritesFilesIsAllowed() throws IOException {
    Set<String> allowed = allowed();
    Set<String> silent = new TreeSet<>(allowed);
    silent.removeAll(EXPECTED);
    Path trace = outside.resolve("trace");
    Agent agent = new Agent(trace, silent);
    try (agent) {
      agent.liveAWhile();
    }

    Eventually.isTrue(
        () -> "the end of the trace", () -> Installation.read(trace).contains("+++ exited"));
    Set<String> made = new TreeSet<>();
    for (String line : Files.readAllLines(trace)) {
      Matcher call = CALL.matcher(line);
      if (call.find()) {
        made.add(call.group(1));
      }
    }
    assertThat(made).containsAll(EXPECTED);
    assertThat(allowed).as("what is made, of what is not silent").containsAll(made);
  }

  /** An agent under strace, which only stops at calls that are not allowed or expected. */
  private final class Agent implements AutoCloseable {
    private final MailgunSimulator provider = MailgunSimulator.builder().start();
    private final Installation installation =
        Installation.create(directory, provider, "sandboxed.example.com");
    private final Program process;

    Agent(Path trace, Set<String> silent) throws IOException {
      Path secrets = Files.createDirectory(outside.resolve("secrets"));
      Object group = Files.getAttribute(secrets, "posix:group");
      installation.writeConfig(
          text ->
              text.replace(
                      "    consumers:",
                      """
                          files:
                            - path: %s/key
                              mode: "0440"
                              group: %s
                              on-change: {command: [/bin/true]}
                          consumers:\
                      """
                          .formatted(secrets, group))
                  .replace("mode: \"0660\"}", "mode: \"0660\", group: " + group + "}"));
      List<String> line =
          new ArrayList<>(
              List.of(
                  "strace",
                  "-D",
                  "-f",
                  "-q",
                  "--seccomp-bpf",
                  "--trace=!" + String.join(",", silent.stream().map(name -> "?" + name).toList()),
                  "--output=" + trace));
      line.addAll(Program.line(List.of(), "run", "--config", installation.config().toString()));
      process = installation.system(line.toArray(String[]::new));
    }

    void liveAWhile() {
      process.said("agent started");
      assertThat(installation.rotate("--compromised").exit()).isZero();
      assertThat(installation.cli("get", Installation.SECRET).exit()).isZero();
      assertThat(process.terminate()).isZero();
    }

    @Override
    public void close() {
      installation.close();
      provider.close();
    }
  }
}
