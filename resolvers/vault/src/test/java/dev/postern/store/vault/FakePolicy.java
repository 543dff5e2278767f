package dev.postern.store.vault;

import io.github.jopenlibs.vault.json.JsonArray;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
    return granted(path).contains(capability);
  }

  /**
   * What a token with this policy hears of its own rights: per path the sorted capabilities, and
   * {@code deny} where there are none. Without paths, the request is wrong.
   */
  FakeAnswer capabilities(@Nullable JsonValue paths) {
    if (paths == null || !paths.isArray() || paths.asArray().size() == 0) {
      return FakeAnswer.error(400, "paths must be supplied");
    }
    JsonObject answer = new JsonObject();
    for (JsonValue path : paths.asArray()) {
      JsonArray words = new JsonArray();
      Set<String> granted = granted(path.asString());
      (granted.isEmpty() ? Set.of("deny") : granted)
          .stream().sorted().forEach(word -> words.add(word));
      answer.add(path.asString(), words);
    }
    return FakeAnswer.of(200, answer);
  }

  private Set<String> granted(String path) {
    return rules.keySet().stream()
        .filter(pattern -> matches(pattern, path))
        .max(PRIORITY)
        .map(rules::get)
        .orElse(Set.of());
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
