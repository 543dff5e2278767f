package dev.postern.sidecar.cli.exec;

import java.util.regex.Pattern;

/** The program could not be started. The exit code is what a shell would say. */
public final class CannotStartException extends Exception {
  private static final long serialVersionUID = 1L;
  private static final Pattern NO_SUCH_FILE = Pattern.compile("error(=|: )2\\b");
  private static final int NOT_FOUND = 127;
  private static final int NOT_EXECUTABLE = 126;

  private final int exitCode;

  private CannotStartException(String message, int exitCode) {
    super(message);
    this.exitCode = exitCode;
  }

  /**
   * @param answer the operating system's, in the words of the JDK: {@code error=2, No such file
   *     ...}
   */
  static CannotStartException of(String program, String answer) {
    return NO_SUCH_FILE.matcher(answer).find()
        ? new CannotStartException(program + ": no such program; give its path", NOT_FOUND)
        : new CannotStartException(
            program + ": cannot be run; see whether it is executable", NOT_EXECUTABLE);
  }

  public int exitCode() {
    return exitCode;
  }
}
