package dev.postern.sidecar.config;

import java.util.List;
import java.util.regex.Pattern;

/** Recognises values that look like a secret that was pasted into the config. */
final class SecretShape {
  private static final List<Pattern> SHAPES =
      List.of(
          // Mailgun: the old form, the current one, and the Basic header made of "api:" and a key.
          Pattern.compile("key-[0-9a-f]{32}"),
          Pattern.compile("(?<![a-z0-9])[a-h0-9]{32}-[a-h0-9]{8}-[a-h0-9]{8}(?![a-z0-9])"),
          Pattern.compile("YXBpO[A-Za-z0-9+/=_-]{40,}"),
          Pattern.compile("SG\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}"),
          Pattern.compile("AGE-SECRET-KEY-1[A-Z0-9]{20,}"),
          Pattern.compile("\\bhv[sbr]\\.[A-Za-z0-9_-]{20,}"),
          Pattern.compile("-----BEGIN [A-Z ]*PRIVATE KEY"));

  /** Of what a shape can match. */
  private static final int SHORTEST = "-----BEGIN PRIVATE KEY".length();

  private SecretShape() {}

  static boolean matches(String text) {
    return text.length() >= SHORTEST
        && SHAPES.stream().anyMatch(shape -> shape.matcher(text).find());
  }
}
