package dev.postern.sidecar.cli;

/**
 * Text from elsewhere made safe for a terminal: a name or a reason must not move the cursor, set
 * the title or turn the writing direction.
 */
public final class SafeText {
  private static final int REPLACEMENT = 0xFFFD;

  private SafeText() {}

  /** One line: control, format and line-separating characters are replaced. */
  public static String line(String text) {
    if (text.chars().allMatch(character -> character >= ' ' && character < 0x7f)) {
      return text;
    }
    StringBuilder safe = new StringBuilder(text.length());
    text.codePoints().map(SafeText::replaced).forEach(safe::appendCodePoint);
    return safe.toString();
  }

  /** Several lines: as {@link #line}, but line breaks stay. */
  static String lines(String text) {
    return String.join("\n", text.lines().map(SafeText::line).toList());
  }

  private static int replaced(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          REPLACEMENT;
      default -> codePoint;
    };
  }
}
