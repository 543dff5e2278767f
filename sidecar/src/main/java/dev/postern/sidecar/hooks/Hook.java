package dev.postern.sidecar.hooks;

import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.sidecar.config.HookConfig;

/** Tells a program that its file was replaced. Thread-safe. */
public interface Hook {

  /**
   * Returns when the program has confirmed. Blocks, at most for the hook's time limit.
   *
   * @throws HookFailure when it did not; trying again may help
   * @throws InterruptedException when the agent stops; what was started is ended
   */
  void run(SecretName secret, Version version) throws HookFailure, InterruptedException;

  /** What people read: {@code signal HUP to the process in /run/app.pid}. */
  String describe();

  /** The hook that the config asks for. */
  static Hook of(HookConfig config) {
    return switch (config) {
      case HookConfig.SignalPidFile(var signal, var file) -> new PidFileHook(signal, file);
      case HookConfig.SignalProcess(var signal, var name) -> new ProcessNameHook(signal, name);
      case HookConfig.Command(var argv, var timeout) -> new CommandHook(argv, timeout);
      case HookConfig.Http(var method, var url, var timeout) -> new HttpHook(method, url, timeout);
    };
  }
}
