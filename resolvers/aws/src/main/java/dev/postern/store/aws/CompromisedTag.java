package dev.postern.store.aws;

import dev.postern.store.CompromiseFlag;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.secretsmanager.model.Tag;

/**
 * The tag that says: this secret has leaked. AWS takes letters, spaces, digits and {@code _ . : / =
 * + - @} in a tag's value, at most 256 characters ("Tag naming limits" of the tagging guide). Any
 * other character is written as {@code =u2013=}, and read back.
 */
final class CompromisedTag {
  static final String KEY = "postern:compromised";

  private static final int LONGEST = 256;
  private static final String NO_WORDS = "tagged without a word";
  private static final Pattern LEGAL = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]");
  private static final Pattern ESCAPE = Pattern.compile("=u([0-9a-f]{4})=");

  private CompromisedTag() {}

  static Tag of(CompromiseFlag flag) {
    return Tag.builder().key(KEY).value(value(flag.mark())).build();
  }

  static Optional<CompromiseFlag> in(List<Tag> tags) {
    return tags.stream().filter(tag -> KEY.equals(tag.key())).findFirst().map(CompromisedTag::flag);
  }

  /** Whoever tags by hand may leave the value empty. */
  static CompromiseFlag flag(Tag tag) {
    String value = tag.value() == null ? "" : tag.value();
    String mark = ESCAPE.matcher(value).replaceAll(CompromisedTag::unescaped);
    return new CompromiseFlag(mark.isBlank() ? NO_WORDS : mark);
  }

  static String value(String mark) {
    StringBuilder value = new StringBuilder();
    for (int at = 0; at < mark.length(); ) {
      int next = mark.offsetByCodePoints(at, 1);
      String one = mark.substring(at, next);
      boolean itself = LEGAL.matcher(one).matches() && !looksEscaped(mark, at);
      String written = itself ? one : escaped(one);
      if (value.length() + written.length() > LONGEST) {
        break;
      }
      value.append(written);
      at = next;
    }
    return value.toString();
  }

  private static boolean looksEscaped(String mark, int at) {
    return ESCAPE.matcher(mark).region(at, mark.length()).lookingAt();
  }

  private static String escaped(String one) {
    StringBuilder escapes = new StringBuilder();
    one.chars().forEach(unit -> escapes.append("=u%04x=".formatted(unit)));
    return escapes.toString();
  }

  private static String unescaped(MatchResult escape) {
    char unit = (char) Integer.parseInt(escape.group(1), 16);
    return java.util.regex.Matcher.quoteReplacement(Character.toString(unit));
  }
}
