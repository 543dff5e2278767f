package dev.postern.sidecar.agent;

import dev.postern.journal.JournalException;
import dev.postern.sidecar.cli.AgentLauncher;
import dev.postern.sidecar.cli.ExitCode;
import dev.postern.sidecar.config.ConfigLoader;
import dev.postern.sidecar.config.ConfigProblem;
import dev.postern.sidecar.config.ConfigResult;
import dev.postern.sidecar.config.PosternConfig;
import dev.postern.sidecar.coordination.CoordinationException;
import dev.postern.sidecar.doctor.Doctor;
import dev.postern.sidecar.doctor.Row;
import dev.postern.sidecar.http.ListenException;
import dev.postern.sidecar.logs.LogStream;
import dev.postern.store.StoreException;
import dev.postern.time.TimeSource;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** An agent as the whole life of a process: from its config to a signal. */
public final class AgentProcess implements AgentLauncher {
  /** For a signal that comes while the agent starts. */
  private static final Duration LONGEST_START = Duration.ofSeconds(10);

  @Override
  public int run(Path config, PrintStream out, PrintStream err) {
    HeadStart.begin();
    return live(config, err, new Closing(), agent -> {});
  }

  @Override
  public int dev(Optional<Path> dir, PrintStream out, PrintStream err) {
    // A class of its own, so that `run` never loads the simulator.
    return DevProcess.live(dir, out, err);
  }

  @Override
  public List<Row> doctor(PosternConfig config) {
    return new Doctor(config, new DoctorsBackends(), TimeSource.system(), System.getenv()).rows();
  }

  /** Serves until a signal; then closes the agent, and what is around it. */
  static int live(Path file, PrintStream err, Closing around, Consumer<Agent> started) {
    ConfigResult result = ConfigLoader.load(file);
    result.warnings().forEach(warning -> print(err, warning, file));
    if (result instanceof ConfigResult.Valid valid) {
      return serve(valid.config(), err, around, started);
    }
    result.errors().forEach(error -> print(err, error, file));
    return ExitCode.USAGE.code();
  }

  private static void print(PrintStream err, ConfigProblem problem, Path file) {
    err.println(problem.render(file));
  }

  private static int serve(
      PosternConfig config, PrintStream err, Closing around, Consumer<Agent> started) {
    HeadStart.logging();
    LogStream log = LogStream.install();
    CompletableFuture<Agent> running = new CompletableFuture<>();
    endWithSignal(running, around, log);
    try (around;
        Agent agent = Agent.start(config)) {
      running.complete(agent);
      started.accept(agent);
      new CountDownLatch(1).await();
      return ExitCode.OK.code();
    } catch (StoreException e) {
      err.println("postern: " + e.getMessage());
      return ExitCode.UNREACHABLE.code();
    } catch (ListenException | JournalException | AgentException | CoordinationException e) {
      err.println("postern: " + e.getMessage());
      return ExitCode.FAILED.code();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.FAILED.code();
    } finally {
      running.cancel(false);
      log.flush();
    }
  }

  /**
   * To be told to stop is not a failure: the process ends with 0 once everything is closed. The
   * hook is there before the socket is, because whoever has had an answer may send the signal.
   */
  private static void endWithSignal(
      CompletableFuture<Agent> running, Closing around, LogStream log) {
    Thread hook =
        new Thread(
            () -> {
              Optional<Agent> agent = started(running);
              if (agent.isPresent()) {
                agent.get().close();
                around.close();
              }
              log.flush();
              if (agent.isPresent()) {
                Runtime.getRuntime().halt(ExitCode.OK.code());
              }
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** The agent, once it has started; nothing when it does not, or not in time. */
  private static Optional<Agent> started(CompletableFuture<Agent> running) {
    try {
      return Optional.of(running.get(LONGEST_START.toNanos(), TimeUnit.NANOSECONDS));
    } catch (ExecutionException | TimeoutException | CancellationException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
