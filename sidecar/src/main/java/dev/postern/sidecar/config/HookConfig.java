package dev.postern.sidecar.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What is done when a file was replaced. Equal ones of one secret are done once. */
public sealed interface HookConfig {

  /** The signals that programs reload at, with their numbers on x86-64 and aarch64. */
  enum SignalName {
    HUP(1),
    INT(2),
    QUIT(3),
    USR1(10),
    USR2(12),
    TERM(15),
    WINCH(28);

    private final int number;

    SignalName(int number) {
      this.number = number;
    }

    public int number() {
      return number;
    }
  }

  /** A signal to the process that a file names. */
  record SignalPidFile(SignalName signal, Path pidFile) implements HookConfig {}

  /** A signal to every process of this name, as {@code ps -C} finds it. */
  record SignalProcess(SignalName signal, String process) implements HookConfig {}

  /**
   * A program and its arguments, without a shell.
   *
   * @param argv its first is an absolute path
   */
  record Command(List<String> argv, Duration timeout) implements HookConfig {
    public Command {
      argv = List.copyOf(argv);
    }
  }

  /** A request to this machine, without a body. */
  record Http(String method, URI url, Duration timeout) implements HookConfig {}
}
