package dev.postern.sidecar.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that was probably meant. */
final class NearestWord {
  private static final int LONGEST = 64;

  private NearestWord() {}

  /** The nearest candidate, when one is near enough that the guess helps. */
  static Optional<String> to(String word, Collection<String> candidates) {
    if (word.length() > LONGEST) {
      return Optional.empty();
    }
    String normal = kebab(word);
    return candidates.stream()
        .filter(candidate -> distance(normal, candidate) <= tolerance(candidate))
        .min(
            Comparator.<String>comparingInt(candidate -> distance(normal, candidate))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** The end of a message: {@code ; did you mean 'x'?}, or nothing. */
  static String hint(String word, Collection<String> candidates) {
    return to(word, candidates).map(near -> "; did you mean '" + near + "'?").orElse("");
  }

  private static int tolerance(String candidate) {
    return candidate.length() <= 2 ? 0 : Math.max(1, candidate.length() / 3);
  }

  /** Writes maxAge, max_age and Max-Age as max-age: the commonest slips are of spelling style. */
  private static String kebab(String word) {
    return word.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-")
        .replaceAll("[_ .]", "-")
        .toLowerCase(Locale.ROOT);
  }

  /** Insertions, deletions, replacements and swaps of neighbours, each counted once. */
  static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        cost[i][j] = Math.min(replaced, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
