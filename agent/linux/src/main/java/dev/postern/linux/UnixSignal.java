package dev.postern.linux;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A signal that one program sends another to stop it or to tell it something. The numbers are those
 * of Linux on x86-64 and aarch64 (signal(7)).
 */
public enum UnixSignal {
  HUP(1),
  INT(2),
  QUIT(3),
  KILL(9),
  USR1(10),
  USR2(12),
  TERM(15),
  CONT(18),
  WINCH(28);

  private final int number;

  UnixSignal(int number) {
    this.number = number;
  }

  /** Of its name, with or without {@code SIG}, in any case. */
  public static Optional<UnixSignal> ofName(String name) {
    String plain = name.toUpperCase(Locale.ROOT).replaceFirst("^SIG", "");
    return Arrays.stream(values()).filter(signal -> signal.name().equals(plain)).findFirst();
  }

  public int number() {
    return number;
  }

  /**
   * From now on runs this whenever the signal comes to this process, instead of what it does by
   * itself; on a thread of the JVM, so it must not wait.
   *
   * @throws IllegalArgumentException for those that the JVM keeps for itself: QUIT and KILL
   */
  public void onArrival(Runnable handler) {
    sun.misc.Signal.handle(new sun.misc.Signal(name()), _ -> handler.run());
  }

  /**
   * Sends it to one process.
   *
   * @throws IOException when there is no such process, or it may not be signalled
   */
  public void send(long pid) throws IOException {
    ProcessSignals.send(Math.toIntExact(pid), number);
  }
}
