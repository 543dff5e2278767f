package dev.postern.sidecar.hooks;

import dev.postern.SecretName;
import dev.postern.Version;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** A program without a shell, a terminal, or anything that it could take from our environment. */
record CommandHook(List<String> argv, Duration timeout) implements Hook {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG", "C");

  @Override
  public void run(SecretName secret, Version version) throws HookFailure, InterruptedException {
    String cookie = UUID.randomUUID().toString();
    ProcessBuilder builder =
        new ProcessBuilder(argv)
            .directory(new File("/"))
            .redirectInput(new File("/dev/null"))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.putAll(ENVIRONMENT);
    environment.put("POSTERN_SECRET", secret.value());
    environment.put("POSTERN_VERSION", version.id());
    environment.put(ProcessTree.COOKIE, cookie);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      // Its message repeats the whole environment of a failed exec on some systems.
      throw new HookFailure(
          program() + " cannot be started: check that it is there and executable");
    }
    int exit = exit(process, cookie);
    if (exit != 0) {
      throw new HookFailure(program() + " ended with exit code " + exit);
    }
  }

  private int exit(Process process, String cookie) throws HookFailure, InterruptedException {
    boolean ended = false;
    try {
      ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        throw new HookFailure(
            program() + " did not end within " + timeout.toMillis() + " ms and was killed");
      }
      return process.exitValue();
    } finally {
      if (!ended) {
        ProcessTree.kill(process.toHandle(), cookie);
      }
    }
  }

  private String program() {
    return argv.getFirst();
  }

  @Override
  public String describe() {
    return "command " + program();
  }
}
