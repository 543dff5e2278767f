package dev.postern.sidecar.agent;

import dev.postern.journal.JournalException;
import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.sidecar.cli.AgentLauncher;
import dev.postern.sidecar.cli.ExitCode;
import dev.postern.sidecar.config.ConfigLoader;
import dev.postern.sidecar.config.ConfigProblem;
import dev.postern.sidecar.config.ConfigResult;
import dev.postern.sidecar.config.PosternConfig;
import dev.postern.sidecar.http.ListenException;
import dev.postern.sidecar.server.AccessPolicy;
import dev.postern.store.StoreException;
import java.io.IOException;
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
    // On its console, dev shows what to try and what goes wrong.
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    try (Closing closing = new Closing()) {
      DevDirectory directory =
          closing.own(dir.isPresent() ? DevDirectory.open(dir.get()) : DevDirectory.fresh());
      MailgunSimulator simulator = closing.own(directory.startSimulator());
      directory.seed(simulator);
      directory.writeConfig(simulator, AccessPolicy.uidOfThisProcess());
      return live(
          directory.config(),
          err,
          closing,
          agent -> DevGreeting.print(out, directory.path(), agent, simulator));
    } catch (IOException e) {
      err.println(
          "postern: cannot keep the state of dev ("
              + e.getClass().getSimpleName()
              + "): name a folder you can write to with --dir");
      return ExitCode.FAILED.code();
    } catch (StoreException e) {
      err.println("postern: " + e.getMessage());
      return ExitCode.UNREACHABLE.code();
    }
  }

  private static int live(Path file, PrintStream err, Closing around, Consumer<Agent> started) {
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
