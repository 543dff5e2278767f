package dev.postern.sidecar.cli;

import dev.postern.checkup.Finding;
import dev.postern.sidecar.config.PosternConfig;
import dev.postern.sidecar.doctor.Row;
import dev.postern.time.Signal;
import dev.postern.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A process for one command: its streams are kept, its clock jumps to the end of every wait. */
final class TestSurroundings {
  static final Instant START = Instant.parse("2026-11-21T19:00:00Z");

  final ByteArrayOutputStream out = new ByteArrayOutputStream();
  final ByteArrayOutputStream err = new ByteArrayOutputStream();
  final List<Runnable> farewells = new ArrayList<>();
  boolean inputIsTerminal;
  boolean outputIsTerminal;
  byte[] input = {};
  Optional<char[]> hidden = Optional.empty();

  int run(Path directory, String... arguments) {
    return new PosternCli(build(directory), () -> new RecordingLauncher(build(directory)))
        .run(arguments);
  }

  Surroundings build(Path directory) {
    return new Surroundings(
        new ByteArrayInputStream(input),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        inputIsTerminal,
        outputIsTerminal,
        Map.of("POSTERN_SOCKET", directory.resolve("postern.sock").toString()),
        new JumpingTime(),
        farewell -> {
          farewells.add(farewell);
          return () -> {};
        },
        () -> hidden);
  }

  String stdout() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String stderr() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private static final class JumpingTime implements TimeSource {
    private Instant now = START;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public void await(Signal signal, long seen, Instant until) {
      now = until;
    }

    @Override
    public void sleep(Duration duration) {
      now = now.plus(duration);
    }
  }

  /** Says how it was called. */
  private record RecordingLauncher(Surroundings surroundings) implements AgentLauncher {
    @Override
    public int run(Path config, PrintStream out, PrintStream err) {
      surroundings.out().println("run " + config);
      return 0;
    }

    @Override
    public int dev(Optional<Path> dir, PrintStream out, PrintStream err) {
      surroundings.out().println("dev " + dir);
      return 0;
    }

    @Override
    public List<Row> doctor(PosternConfig config) {
      return List.of(
          new Row("agent", "installation", Finding.ok("its name is " + config.installation())));
    }
  }
}
