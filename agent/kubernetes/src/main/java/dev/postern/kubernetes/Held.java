package dev.postern.kubernetes;

import java.util.List;

/**
 * What one agent says of one secret.
 *
 * @param version that it serves
 * @param consumers how many it has
 * @param acknowledged how many of them are known to use that version
 * @param lagging the others, for people; at most {@value #MOST_LAGGING} short texts
 */
public record Held(String version, int consumers, int acknowledged, List<String> lagging) {
  /**
   * Instead of a version: a value is being read for the first time, and it is not known yet which.
   */
  public static final String PENDING = "unknown";

  static final int MOST_LAGGING = 20;
  private static final int LONGEST_TEXT = 200;

  public Held {
    lagging =
        lagging.stream()
            .limit(MOST_LAGGING)
            .map(text -> text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT))
            .toList();
  }

  /** Whether nobody behind that agent needs any other version than this one. */
  boolean acknowledges(String wanted) {
    return version.equals(wanted) && acknowledged >= consumers;
  }
}
