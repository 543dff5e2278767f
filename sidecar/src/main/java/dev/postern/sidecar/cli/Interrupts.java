package dev.postern.sidecar.cli;

/** What a command still has to say when Ctrl-C ends it. */
@FunctionalInterface
interface Interrupts {

  /** Runs the farewell if the process is told to end before the result is closed. */
  Registration onInterrupt(Runnable farewell);

  /** By a shutdown hook; the exit code stays the signal's. */
  static Interrupts ofProcess() {
    return farewell -> {
      Thread hook = new Thread(farewell, "farewell");
      Runtime.getRuntime().addShutdownHook(hook);
      return () -> {
        try {
          Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
          // The process is ending, so the hook runs or has run.
          return;
        }
      };
    };
  }

  /** Takes the farewell back. */
  @FunctionalInterface
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }
}
