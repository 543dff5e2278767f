package dev.postern.sidecar.config;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;

/**
 * Something in the config file that is wrong, or that is probably not meant.
 *
 * @param line from 1; 0 when the problem is the file itself
 * @param column from 1; 0 when the problem is the file itself
 * @param keyPath such as {@code secrets.sending-key.kind}; empty at the top
 * @param message repeats no value that could be a secret
 */
public record ConfigProblem(Severity severity, int line, int column, String keyPath, String message)
    implements Comparable<ConfigProblem> {
  private static final Comparator<ConfigProblem> ORDER =
      Comparator.comparingInt(ConfigProblem::line)
          .thenComparingInt(ConfigProblem::column)
          .thenComparing(ConfigProblem::keyPath)
          .thenComparing(ConfigProblem::severity)
          .thenComparing(ConfigProblem::message);

  /** Whether the agent starts nevertheless. */
  public enum Severity {
    ERROR,
    WARNING
  }

  /** One line as compilers print it: {@code file:line:column: error: key.path: message}. */
  public String render(Path file) {
    String place = line == 0 ? "" : ":" + line + ":" + column;
    String key = keyPath.isEmpty() ? "" : keyPath + ": ";
    return file + place + ": " + severity.name().toLowerCase(Locale.ROOT) + ": " + key + message;
  }

  @Override
  public int compareTo(ConfigProblem other) {
    return ORDER.compare(this, other);
  }
}
