package dev.postern.sidecar.config;

import dev.postern.sidecar.config.YamlNode.Scalar;
import java.util.regex.Pattern;

/** How a key is written in a message. */
final class KeyPath {
  private static final Pattern SHOWABLE = Pattern.compile("[\\x20-\\x7e]{1,63}");

  private KeyPath() {}

  static String child(String parent, Scalar key) {
    return parent.isEmpty() ? show(key) : parent + "." + show(key);
  }

  /** The key, unless it may be a secret in the wrong place or would garble the terminal. */
  static String show(Scalar key) {
    boolean shown = SHOWABLE.matcher(key.text()).matches() && !SecretShape.matches(key.text());
    return shown ? key.text() : "(not shown)";
  }
}
