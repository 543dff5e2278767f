package dev.postern.store;

import dev.postern.Version;
import java.util.regex.Pattern;

/**
 * A mark in the store that says: this secret has leaked.
 *
 * @param mark what the one who flagged it wrote: a time, an incident number, a reason. A different
 *     mark is a new flag. Never a secret.
 */
public record CompromiseFlag(String mark) {
  private static final int LONGEST = 256;
  private static final String VERSION_PREFIX = "version ";

  /** What {@link #of} writes. A person's words may begin alike, and must not be taken for it. */
  private static final Pattern NAMES_A_VERSION =
      Pattern.compile(VERSION_PREFIX + "[A-Za-z0-9._:+/=-]{1,128}:(?: .*)?");

  /** The mark that Postern itself writes: it names the version that leaked. */
  public static CompromiseFlag of(Version version, String reason) {
    String text = VERSION_PREFIX + version + ": " + reason.replaceAll("\\p{Cntrl}", " ");
    return new CompromiseFlag(text.length() > LONGEST ? text.substring(0, LONGEST) : text);
  }

  /** Whether this flag is about the given version: unless it names another one, it is. */
  public boolean concerns(Version version) {
    return !NAMES_A_VERSION.matcher(mark).matches()
        || mark.startsWith(VERSION_PREFIX + version + ":");
  }

  public CompromiseFlag {
    if (mark.isBlank() || mark.length() > LONGEST) {
      throw new IllegalArgumentException("a compromise mark is 1 to 256 characters and not blank");
    }
  }
}
