package dev.postern.linux;

import java.io.IOException;

/** Signals to other processes, of which the JDK knows two only. */
public final class ProcessSignals {
  private ProcessSignals() {}

  /**
   * Sends a signal. Never to a group of processes, nor to all.
   *
   * @param pid above 1
   * @throws IOException when there is no such process, or it may not be signalled; the message says
   *     so in a few words
   */
  public static void send(int pid, int signal) throws IOException {
    if (pid <= 1) {
      throw new IllegalArgumentException("a signal is sent to one process");
    }
    try {
      LibC.open().function("kill").call(pid, signal, 0);
    } catch (NativeCallException e) {
      throw new IOException(
          switch (e.errno()) {
            case NativeCallException.NO_SUCH_PROCESS -> "it does not run";
            case NativeCallException.NOT_PERMITTED -> "the agent is not permitted to";
            default -> e.getMessage();
          });
    }
  }
}
