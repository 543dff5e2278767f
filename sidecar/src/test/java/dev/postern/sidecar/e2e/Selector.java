package dev.postern.sidecar.e2e;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A metric of Postern's that an expression asks for, with what it asks of its labels; or, without
 * any such wish, a series that an agent exports.
 */
record Selector(String metric, List<Wish> wishes) {
  /** What the scrape adds. */
  static final Set<String> TARGET_LABELS = Set.of("namespace", "installation", "job", "instance");

  /** Not what is recorded, whose name has a colon before or behind. */
  private static final Pattern SELECTOR =
      Pattern.compile("(?<![A-Za-z0-9_:])(postern_[a-z0-9_]+)(?![a-z0-9_:])(?:\\{([^}]*)})?");

  private static final Pattern WISH =
      Pattern.compile("([a-z_]+)\\s*(=~|!~|!=|=)\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

  private static final Pattern GROUPING =
      Pattern.compile("\\b(?:by|on|ignoring|without)\\s*\\(([^)]*)\\)");

  /** One matcher: {@code outcome!="ok"}. */
  record Wish(String label, String operator, String value) {
    boolean fulfilled(Map<String, String> labels) {
      String actual = labels.get(label);
      if (actual == null) {
        return TARGET_LABELS.contains(label);
      }
      return switch (operator) {
        case "=" -> actual.equals(value);
        case "=~" -> actual.matches(value);
        // Whether the value that it leaves out ever comes is for time to show.
        case "!=", "!~" -> true;
        default -> throw new IllegalStateException(operator);
      };
    }
  }

  /** A series that an agent exports. */
  record Sample(String metric, Map<String, String> labels) {}

  static List<Selector> in(String expression) {
    List<Selector> found = new ArrayList<>();
    Matcher matcher = SELECTOR.matcher(expression);
    while (matcher.find()) {
      found.add(new Selector(matcher.group(1), wishes(matcher.group(2))));
    }
    return found;
  }

  private static List<Wish> wishes(@org.jspecify.annotations.Nullable String text) {
    List<Wish> found = new ArrayList<>();
    if (text != null) {
      Matcher matcher = WISH.matcher(text);
      while (matcher.find()) {
        found.add(new Wish(matcher.group(1), matcher.group(2), matcher.group(3)));
      }
    }
    return found;
  }

  /** The labels that an expression groups or joins by. */
  static List<String> groupings(String expression) {
    List<String> found = new ArrayList<>();
    Matcher matcher = GROUPING.matcher(expression);
    while (matcher.find()) {
      for (String label : matcher.group(1).split(",", -1)) {
        found.add(label.strip());
      }
    }
    return found;
  }

  /** Whether the agent exports a series that this selects. */
  boolean selects(Sample sample) {
    return sample.metric.equals(metric)
        && wishes.stream().allMatch(wish -> wish.fulfilled(sample.labels));
  }

  static List<Sample> samples(String exposition) {
    return exposition
        .lines()
        .filter(line -> !line.startsWith("#") && !line.isBlank())
        .map(Selector::sample)
        .toList();
  }

  private static Sample sample(String line) {
    int brace = line.indexOf('{');
    if (brace < 0) {
      return new Sample(line.substring(0, line.indexOf(' ')), Map.of());
    }
    Map<String, String> labels = new LinkedHashMap<>();
    wishes(line.substring(brace)).forEach(wish -> labels.put(wish.label, wish.value));
    return new Sample(line.substring(0, brace), labels);
  }
}
