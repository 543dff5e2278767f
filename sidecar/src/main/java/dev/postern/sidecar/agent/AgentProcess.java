package dev.postern.sidecar.agent;

import dev.postern.journal.JournalException;
import dev.postern.sidecar.cli.AgentLauncher;
import dev.postern.sidecar.cli.ExitCode;
import dev.postern.sidecar.config.ConfigLoader;
import dev.postern.sidecar.config.ConfigProblem;
import dev.postern.sidecar.config.ConfigResult;
import dev.postern.sidecar.config.PosternConfig;
import dev.postern.sidecar.http.ListenException;
import dev.postern.store.StoreException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** An agent as the whole life of a process: from its config to a signal. */
public final class AgentProcess implements AgentLauncher {

  @Override
  public int run(Path config, PrintStream out, PrintStream err) {
    return live(config, err, new Closing(), agent -> {});
  }

  @Override
  public int dev(Optional<Path> dir, PrintStream out, PrintStream err) {
    // A class of its own, so that `run` never loads the simulator.
    return DevProcess.live(dir, out, err);
  }

  /** Serves until a signal; then closes the agent, and what is around it. */
  static int live(Path file, PrintStream err, Closing around, Consumer<Agent> started) {
    ConfigResult result = ConfigLoader.load(file);
    result.warnings().forEach(warning -> print(err, warning, file));
    return switch (result) {
      case ConfigResult.Invalid invalid -> {
        invalid.errors().forEach(error -> print(err, error, file));
        yield ExitCode.USAGE.code();
      }
      case ConfigResult.Valid valid -> serve(valid.config(), err, around, started);
    };
  }

  private static void print(PrintStream err, ConfigProblem problem, Path file) {
    err.println(problem.render(file));
  }

  private static int serve(
      PosternConfig config, PrintStream err, Closing around, Consumer<Agent> started) {
    CountDownLatch stopped = new CountDownLatch(1);
    try (around;
        Agent agent = Agent.start(config)) {
      endWithSignal(agent, around, stopped);
      started.accept(agent);
      stopped.await();
      return ExitCode.OK.code();
    } catch (StoreException e) {
      err.println("postern: " + e.getMessage());
      return ExitCode.UNREACHABLE.code();
    } catch (ListenException | JournalException | AgentException e) {
      err.println("postern: " + e.getMessage());
      return ExitCode.FAILED.code();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.FAILED.code();
    }
  }

  /** To be told to stop is not a failure: the process ends with 0 once everything is closed. */
  private static void endWithSignal(Agent agent, Closing around, CountDownLatch stopped) {
    Thread hook =
        new Thread(
            () -> {
              if (stopped.getCount() > 0) {
                agent.close();
                around.close();
                Runtime.getRuntime().halt(ExitCode.OK.code());
              }
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(hook);
  }
}
