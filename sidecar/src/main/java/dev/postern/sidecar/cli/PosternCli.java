package dev.postern.sidecar.cli;

import dev.postern.sidecar.cli.client.AgentFailure;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line as a whole: arguments in, exit code out. */
public final class PosternCli {
  private final Surroundings surroundings;
  private final Supplier<AgentLauncher> launcher;

  PosternCli(Surroundings surroundings, Supplier<AgentLauncher> launcher) {
    this.surroundings = surroundings;
    this.launcher = launcher;
  }

  /** Of this process; the launcher is made only for a command that starts an agent. */
  public static PosternCli ofProcess(Supplier<AgentLauncher> launcher) {
    return new PosternCli(Surroundings.ofProcess(), launcher);
  }

  /**
   * @return the process's exit code
   */
  public int run(String... arguments) {
    return isPlainRun(arguments)
        ? launcher.get().run(Path.of(arguments[2]), surroundings.out(), surroundings.err())
        : parseAndRun(arguments);
  }

  /**
   * The way in which an agent is started where its start-up counts. The parser's classes are of a
   * format that the JVM keeps in no cache: reading them takes a third of a start.
   */
  private static boolean isPlainRun(String... arguments) {
    return arguments.length == 3
        && arguments[0].equals("run")
        && arguments[1].equals("--config")
        && !arguments[2].startsWith("-");
  }

  private int parseAndRun(String... arguments) {
    CommandLine parser =
        new CommandTree(surroundings, launcher)
            .parserOf(arguments)
            .setOut(new PrintWriter(surroundings.out(), true, StandardCharsets.UTF_8))
            .setErr(new PrintWriter(surroundings.err(), true, StandardCharsets.UTF_8))
            .setParameterExceptionHandler((failure, _) -> usage(failure))
            .setExecutionExceptionHandler((failure, _, _) -> failed(failure));
    try {
      return parser.execute(arguments);
    } finally {
      surroundings.out().flush();
      surroundings.err().flush();
    }
  }

  private int usage(ParameterException failure) {
    CommandLine command = failure.getCommandLine();
    say(failure.getMessage());
    UnmatchedArgumentException.printSuggestions(failure, command.getErr());
    surroundings
        .err()
        .println("Try `%s --help`".formatted(command.getCommandSpec().qualifiedName()));
    return ExitCode.USAGE.code();
  }

  private int failed(Exception failure) {
    return switch (failure) {
      case CommandFailure known -> {
        say(known.getMessage());
        yield known.exitCode().code();
      }
      case AgentFailure.Forbidden forbidden -> {
        say(forbidden.getMessage());
        yield ExitCode.REFUSED.code();
      }
      case AgentFailure unreachable -> {
        say(unreachable.getMessage());
        yield ExitCode.UNREACHABLE.code();
      }
      default -> {
        say("this is a bug in postern, please report it with these lines");
        failure.printStackTrace(surroundings.err());
        yield ExitCode.FAILED.code();
      }
    };
  }

  private void say(@Nullable String message) {
    surroundings.err().println("postern: " + SafeText.line(String.valueOf(message)));
  }
}
