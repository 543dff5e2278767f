package dev.postern.sidecar.cli.exec;

import dev.postern.linux.UnixSignal;
import java.util.List;

/**
 * Signals that this process passes on instead of acting on them. Not SIGQUIT, of which the JVM
 * makes a list of threads. {@code sun.misc.Signal} is the only way in the JDK to take a signal
 * without ending.
 */
public final class PassedSignals {
  private static final List<UnixSignal> PASSED =
      List.of(
          UnixSignal.HUP,
          UnixSignal.INT,
          UnixSignal.TERM,
          UnixSignal.USR1,
          UnixSignal.USR2,
          UnixSignal.WINCH,
          UnixSignal.CONT);

  private PassedSignals() {}

  /**
   * @param onTerminal whether the copies share a terminal with this process: it sends Ctrl-C, and
   *     the news of its size, to them itself
   */
  public static void passTo(Copies copies, boolean onTerminal) {
    for (UnixSignal signal : PASSED) {
      boolean pass = !onTerminal || (signal != UnixSignal.INT && signal != UnixSignal.WINCH);
      signal.onArrival(() -> copies.signalled(signal, pass));
    }
  }
}
