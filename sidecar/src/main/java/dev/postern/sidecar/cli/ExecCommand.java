package dev.postern.sidecar.cli;

import dev.postern.linux.ProcessHardening;
import dev.postern.linux.UnixSignal;
import dev.postern.sidecar.cli.exec.CannotStartException;
import dev.postern.sidecar.cli.exec.Copies;
import dev.postern.sidecar.cli.exec.ExecPlan;
import dev.postern.sidecar.cli.exec.PassedSignals;
import dev.postern.sidecar.cli.exec.Readiness;
import dev.postern.sidecar.cli.exec.SecretFollower;
import dev.postern.sidecar.cli.exec.Upkeep;
import dev.postern.sidecar.cli.exec.Variables;
import dev.postern.time.DurationText;
import dev.postern.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "exec",
    description = {
      "Run a program with secrets in its environment, and start it again when they change.",
      "The variables are called after the secret: sending-key gives SENDING_KEY_API_KEY,"
          + " SENDING_KEY_DOMAIN, SENDING_KEY_VERSION; --env chooses others.",
      "A new version is acknowledged when every copy runs with it and is ready.",
      "Signals are passed on, and the exit code is the program's (128 and the signal's number when"
          + " a signal ended it; 126, 127: it could not be started)."
    },
    footer = "Example: postern exec --secret sending-key -- /usr/bin/node server.js")
final class ExecCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private final AgentOptions agent = new AgentOptions();

  @Option(
      names = "--secret",
      paramLabel = "NAME",
      required = true,
      description = "a secret that the program needs; may be given several times")
  private List<String> secrets = List.of();

  @Option(
      names = "--env",
      paramLabel = "VAR=FIELD",
      description =
          "VARIABLE=SECRET/FIELD, or VARIABLE=FIELD of the one secret; may be given several times")
  private List<String> choices = List.of();

  @Option(names = "--copies", paramLabel = "N", description = "how many run (default: 1)")
  private int copies = 1;

  @Option(
      names = "--stop-signal",
      paramLabel = "SIGNAL",
      description = "what asks the program to end (default: TERM)")
  private String stopSignal = "TERM";

  @Option(
      names = "--stop-timeout",
      paramLabel = "TIME",
      description = "how long it may take to end before it is killed (default: 10s)")
  private String stopTimeout = "10s";

  @Option(
      names = "--ready",
      paramLabel = "COMMAND",
      description = "a shell command that exits 0 when the program does its work")
  private @Nullable String ready;

  @Option(
      names = "--ready-timeout",
      paramLabel = "TIME",
      description = "after which it is said that the program is not ready (default: 60s)")
  private String readyTimeout = "60s";

  @Parameters(paramLabel = "CMD", arity = "1..*", description = "the program and its arguments")
  private List<String> command = List.of();

  ExecCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    ExecPlan plan = plan();
    Variables variables;
    try {
      variables = Variables.of(choices, secrets);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
    // Whatever comes of it: where the kernel does not allow it, the program runs all the same.
    ProcessHardening.Outcome hardened = ProcessHardening.makeUndumpable();
    assert hardened != null;
    TimeSource time = surroundings.time();
    SecretFollower follower = new SecretFollower(agent.client(surroundings), secrets, time);
    Copies running = new Copies(plan, new Readiness(plan, time, this::say));
    PassedSignals.passTo(running, surroundings.inputIsTerminal());
    try {
      return new Upkeep(follower, variables, running, this::say, time).run();
    } catch (SecretFollower.RefusedException e) {
      throw Refusals.refusal(e.answer());
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
    } catch (CannotStartException e) {
      say(e.getMessage());
      return e.exitCode();
    }
  }

  private ExecPlan plan() {
    if (copies < 1) {
      throw new CommandFailure(ExitCode.USAGE, "--copies is at least 1");
    }
    UnixSignal signal =
        UnixSignal.ofName(stopSignal)
            .orElseThrow(
                () ->
                    new CommandFailure(
                        ExitCode.USAGE, "--stop-signal is a name such as TERM, INT, QUIT or HUP"));
    return new ExecPlan(
        command,
        copies,
        signal,
        duration("--stop-timeout", stopTimeout),
        Optional.ofNullable(ready),
        duration("--ready-timeout", readyTimeout));
  }

  private static Duration duration(String option, String text) {
    return DurationText.parse(text)
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.USAGE, option + " is not a duration: " + DurationText.ADVICE));
  }

  private void say(@Nullable String message) {
    surroundings.err().println("postern: " + SafeText.line(String.valueOf(message)));
  }
}
