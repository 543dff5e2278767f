package dev.postern.store.conjur;

import dev.postern.store.CompromiseFlag;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What the flag variable holds: the mark as plain text, which a person may put there too. Nothing
 * can be taken out of a variable, so that words of their own say: not flagged.
 */
final class FlagText {
  private static final String UNFLAGGED = "not compromised";
  private static final int LONGEST = 256;

  private FlagText() {}

  static byte[] unflagged() {
    return UNFLAGGED.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] write(CompromiseFlag flag) {
    return flag.mark().getBytes(StandardCharsets.UTF_8);
  }

  /** Whatever is there and is not the word for nothing is a flag: better one too many. */
  static Optional<CompromiseFlag> read(byte[] text) {
    String mark = withoutLineEnd(new String(text, StandardCharsets.UTF_8));
    if (mark.isBlank() || mark.equals(UNFLAGGED)) {
      return Optional.empty();
    }
    return Optional.of(
        new CompromiseFlag(mark.length() > LONGEST ? mark.substring(0, LONGEST) : mark));
  }

  /** Files have one at their end, and the command line takes values from files. */
  private static String withoutLineEnd(String mark) {
    int end = mark.length();
    while (end > 0 && (mark.charAt(end - 1) == '\n' || mark.charAt(end - 1) == '\r')) {
      end--;
    }
    return mark.substring(0, end);
  }
}
