package dev.postern.sidecar.agent;

import dev.postern.journal.JournalException;
import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.sidecar.cli.ExitCode;
import dev.postern.sidecar.server.AccessPolicy;
import dev.postern.store.StoreException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;

/** An agent with a provider and a store of its own in the process, for trying things out. */
final class DevProcess {
  private DevProcess() {}

  static int live(Optional<Path> dir, PrintStream out, PrintStream err) {
    // On its console, dev shows what to try and what goes wrong.
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    try (Closing closing = new Closing()) {
      DevDirectory directory =
          closing.own(dir.isPresent() ? DevDirectory.open(dir.get()) : DevDirectory.fresh());
      MailgunSimulator simulator = closing.own(directory.startSimulator());
      directory.seed(simulator);
      directory.writeConfig(simulator, AccessPolicy.uidOfThisProcess());
      return AgentProcess.live(
          directory.config(),
          err,
          closing,
          agent -> DevGreeting.print(out, directory.path(), agent, simulator));
    } catch (IOException | UncheckedIOException e) {
      err.println(
          "postern: cannot keep the state of dev ("
              + e.getMessage()
              + "): name a folder you can write to with --dir");
      return ExitCode.FAILED.code();
    } catch (StoreException e) {
      err.println("postern: " + e.getMessage());
      return ExitCode.UNREACHABLE.code();
    } catch (AgentException | JournalException | IllegalArgumentException e) {
      // The folder is in use, or the simulator's state file is not one of its own.
      err.println("postern: " + e.getMessage());
      return ExitCode.FAILED.code();
    }
  }
}
