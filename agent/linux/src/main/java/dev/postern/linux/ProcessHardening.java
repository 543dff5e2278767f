package dev.postern.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/**
 * Protection of the whole process, beyond the secret memory: heap and stacks too hold copies of
 * secrets for a while.
 */
@SuppressWarnings("restricted")
public final class ProcessHardening {
  private static final int PR_GET_DUMPABLE = 3;
  private static final int PR_SET_DUMPABLE = 4;

  private final LibC libC;
  private final MethodHandle prctl;

  private ProcessHardening() throws NativeCallException {
    libC = LibC.open();
    prctl =
        libC.link(
            "prctl",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
  }

  /**
   * Makes the process undumpable: the kernel writes no core dump of it, and other processes of the
   * same user can neither trace it nor read its memory under {@code /proc}. The price: {@code jcmd}
   * and debuggers need root. Programs it starts are not affected.
   *
   * <p>Never throws; repeating it does nothing.
   */
  public static Outcome makeUndumpable() {
    try {
      ProcessHardening process = new ProcessHardening();
      process.control(PR_SET_DUMPABLE, 0);
      boolean undumpable = process.control(PR_GET_DUMPABLE, 0) == 0;
      return new Outcome(
          undumpable,
          undumpable
              ? "the process leaves no core dump and cannot be traced by its own user"
              : "the kernel keeps the process dumpable");
    } catch (NativeCallException e) {
      return new Outcome(false, "the process may leave a core dump: " + e.getMessage());
    }
  }

  private int control(int option, long argument) throws NativeCallException {
    return (int)
        libC.call(
            "prctl",
            state -> {
              try {
                return (int) prctl.invokeExact(state, option, argument, 0L, 0L, 0L);
              } catch (Throwable e) {
                throw new AssertionError("prctl was linked with another shape", e);
              }
            });
  }

  /**
   * What came of it.
   *
   * @param undumpable whether the kernel confirms it
   * @param description one line for the start-up log
   */
  public record Outcome(boolean undumpable, String description) {}
}
