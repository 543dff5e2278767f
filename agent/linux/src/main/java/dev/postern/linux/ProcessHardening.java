package dev.postern.linux;

/**
 * Protection of the whole process, beyond the secret memory: heap and stacks too hold copies of
 * secrets for a while.
 */
public final class ProcessHardening {
  private static final int PR_GET_DUMPABLE = 3;
  private static final int PR_SET_DUMPABLE = 4;

  private ProcessHardening() {}

  /**
   * Makes the process undumpable: the kernel writes no core dump of it, and other processes of the
   * same user can neither trace it nor read its memory under {@code /proc}. The price: {@code jcmd}
   * and debuggers need root. Programs it starts are not affected.
   *
   * <p>Never throws; repeating it does nothing.
   */
  public static Outcome makeUndumpable() {
    try {
      LibC.Function prctl = LibC.open().function("prctl");
      prctl.call(PR_SET_DUMPABLE, 0, 0);
      boolean undumpable = prctl.call(PR_GET_DUMPABLE, 0, 0) == 0;
      return new Outcome(
          undumpable,
          undumpable
              ? "the process leaves no core dump and cannot be traced by its own user"
              : "the kernel keeps the process dumpable");
    } catch (NativeCallException e) {
      return new Outcome(false, "the process may leave a core dump: " + e.getMessage());
    }
  }

  /**
   * What came of it.
   *
   * @param undumpable whether the kernel confirms it
   * @param description one line for the start-up log
   */
  public record Outcome(boolean undumpable, String description) {}
}
