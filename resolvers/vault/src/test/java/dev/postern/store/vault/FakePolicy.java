package dev.postern.store.vault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A Vault policy: {@code path "..." { capabilities = [...] }} blocks with {@code +} and a final
 * {@code *}, the most specific one alone deciding, by Vault's documented order.
 */
final class FakePolicy {
  private static final Pattern BLOCK =
      Pattern.compile("path\\s+\"([^\"]+)\"\\s*\\{\\s*capabilities\\s*=\\s*\\[([^\\]]*)]\\s*}");
  private static final Comparator<String> PRIORITY =
      Comparator.<String>comparingInt(FakePolicy::firstWildcard)
          .thenComparing(path -> !path.endsWith("*"))
          .thenComparingLong(path -> -path.chars().filter(c -> c == '+').count())
          .thenComparingInt(String::length)
          .thenComparing(Comparator.naturalOrder());

  private final Map<String, Set<String>> rules = new LinkedHashMap<>();

  private FakePolicy(String text) {
    String code = text.replaceAll("(?m)#.*$", "");
    Matcher block = BLOCK.matcher(code);
    StringBuilder rest = new StringBuilder();
    while (block.find()) {
      rules.put(
          block.group(1),
          Set.of(block.group(2).split(",")).stream()
              .map(word -> word.strip().replace("\"", ""))
              .collect(Collectors.toSet()));
      block.appendReplacement(rest, "");
    }
    block.appendTail(rest);
    if (rules.isEmpty() || !rest.toString().isBlank()) {
      throw new IllegalArgumentException("the policy has a construct that is not known here");
    }
  }

  static FakePolicy read(Path file) {
    try {
      return new FakePolicy(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static FakePolicy of(String text) {
    return new FakePolicy(text);
  }

  boolean allows(String path, String capability) {
    Optional<String> best = rules.keySet().stream().filter(p -> matches(p, path)).max(PRIORITY);
    return best.map(rules::get).filter(granted -> granted.contains(capability)).isPresent();
  }

  private static boolean matches(String pattern, String path) {
    boolean open = pattern.endsWith("*");
    String fixed = open ? pattern.substring(0, pattern.length() - 1) : pattern;
    String regex = Pattern.quote(fixed).replace("+", "\\E[^/]+\\Q");
    return Pattern.matches(regex + (open ? ".*" : ""), path);
  }

  private static int firstWildcard(String path) {
    int plus = path.indexOf('+');
    int star = path.endsWith("*") ? path.length() - 1 : -1;
    int first = plus < 0 ? star : star < 0 ? plus : Math.min(plus, star);
    return first < 0 ? Integer.MAX_VALUE : first;
  }
}
