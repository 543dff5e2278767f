package dev.postern.sidecar.hooks;

import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.linux.ProcessSignals;
import dev.postern.sidecar.config.HookConfig.SignalName;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A signal to all processes of a name, which any user may give his own: none of them learns more
 * from it than that something changed.
 */
record ProcessNameHook(SignalName signal, String process) implements Hook {

  @Override
  public void run(SecretName secret, Version version) throws HookFailure {
    int told = 0;
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      for (Path one : processes) {
        if (isCalled(one)) {
          ProcessSignals.send(Integer.parseInt(String.valueOf(one.getFileName())), signal.number());
          told++;
        }
      }
    } catch (IOException e) {
      throw new HookFailure("a process '" + process + "' cannot be signalled: " + e.getMessage());
    }
    if (told == 0) {
      throw new HookFailure("no process is called '" + process + "': start it");
    }
  }

  private boolean isCalled(Path one) {
    try {
      return Files.readString(one.resolve("comm")).strip().equals(process);
    } catch (IOException e) {
      // Gone meanwhile.
      return false;
    }
  }

  @Override
  public String describe() {
    return "signal " + signal + " to " + process;
  }
}
