package dev.postern.sidecar.cli;

import dev.postern.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Runs a client command in the test's own process: what a process prints, without its start. */
public final class InProcessCli {
  private InProcessCli() {}

  /** How a command ended. */
  public record Ended(int exit, String out, String err) {}

  public static Ended run(Path socket, String input, String... arguments) {
    return run(
        () -> {
          throw new IllegalStateException("agents run in processes of their own");
        },
        socket,
        input,
        arguments);
  }

  /** For a command that needs what an agent is made of. */
  public static Ended run(
      Supplier<AgentLauncher> launcher, Path socket, String input, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Surroundings surroundings =
        new Surroundings(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false,
            Map.of("POSTERN_SOCKET", socket.toString()),
            TimeSource.system(),
            farewell -> () -> {},
            Optional::empty);
    int exit = new PosternCli(surroundings, launcher).run(arguments);
    return new Ended(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
