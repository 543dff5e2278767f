package dev.postern.sidecar.templates;

import java.util.function.IntPredicate;

/**
 * How a format spells a value so that whoever reads it gets exactly that value. What has no
 * spelling that all readers of the format understand alike is refused.
 */
public enum Quoting {
  /** As it is. */
  NONE {
    @Override
    void write(String name, CharSequence value, Rendered out) {
      out.append(value);
    }
  },

  /**
   * Without quotes where no reader could stumble, else in single quotes, else in double quotes.
   * phpdotenv, Node's dotenv and python-dotenv differ in what a backslash means in either, and in
   * what they expand in double quotes.
   */
  DOTENV {
    @Override
    void write(String name, CharSequence value, Rendered out) {
      if (value.length() > 0 && all(value, Quoting::isPlain)) {
        out.append(value);
        return;
      }
      String refused = "cannot stand in a .env file that all programs read alike";
      refuse(name, value, c -> Character.isISOControl(c) || c == '\\', refused);
      char quote = all(value, c -> c != '\'') ? '\'' : '"';
      if (quote == '"') {
        refuse(name, value, c -> c == '"' || c == '$' || c == '`', refused);
      }
      out.append(quote);
      out.append(value);
      out.append(quote);
    }
  },

  /**
   * As {@code java.util.Properties} reads it. A placeholder, which Spring would resolve, has no
   * spelling that all its versions leave alone.
   */
  PROPERTIES {
    @Override
    void write(String name, CharSequence value, Rendered out) {
      for (int i = 0; i + 1 < value.length(); i++) {
        if (value.charAt(i) == '$' && value.charAt(i + 1) == '{') {
          throw refused(name, "holds a placeholder, which Spring would resolve");
        }
      }
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        if (c == '\\' || (c == ' ' && i == 0)) {
          out.append('\\');
          out.append(c);
        } else if (c < ' ' || c > '~') {
          unicode(c, out);
        } else {
          out.append(c);
        }
      }
    }
  },

  /** The inside of a JSON string. */
  JSON {
    @Override
    void write(String name, CharSequence value, Rendered out) {
      for (int i = 0; i < value.length(); i++) {
        int c = Character.codePointAt(value, i);
        if (c == '"' || c == '\\') {
          out.append('\\');
          out.append(c);
        } else if (c < ' ') {
          unicode(c, out);
        } else {
          out.append(c);
        }
        i += Character.charCount(c) - 1;
      }
    }
  },

  /** A word of Postfix's {@code sasl_passwd}: login, colon, password up to the line's end. */
  SASL_PASSWD {
    @Override
    void write(String name, CharSequence value, Rendered out) {
      refuse(name, value, Character::isISOControl, "cannot stand in a Postfix table");
      if (value.isEmpty() || isBlank(value, 0) || isBlank(value, value.length() - 1)) {
        throw refused(name, "is empty or begins or ends with a space, which Postfix drops");
      }
      if (name.equals("login")) {
        refuse(name, value, c -> c == ':' || c == ' ', "cannot be told from what follows it");
      }
      out.append(value);
    }
  },

  /** In double quotes, between which msmtp takes everything as it is. */
  MSMTP {
    @Override
    void write(String name, CharSequence value, Rendered out) {
      refuse(
          name,
          value,
          c -> Character.isISOControl(c) || c == '"',
          "cannot stand in an msmtp file: use its passwordeval with `postern get`");
      out.append('"');
      out.append(value);
      out.append('"');
    }
  };

  /**
   * Appends the value as the format spells it.
   *
   * @throws TemplateException when it has no spelling; the message names the field only
   */
  abstract void write(String name, CharSequence value, Rendered out);

  private static boolean isPlain(int c) {
    return c < 0x80 && (Character.isLetterOrDigit(c) || "_-./:@+,%".indexOf(c) >= 0);
  }

  private static boolean isBlank(CharSequence value, int index) {
    return Character.isWhitespace(value.charAt(index));
  }

  private static boolean all(CharSequence value, IntPredicate fits) {
    for (int i = 0; i < value.length(); i++) {
      if (!fits.test(value.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static void refuse(String name, CharSequence value, IntPredicate bad, String why) {
    if (!all(value, bad.negate())) {
      throw refused(name, "has a character that " + why);
    }
  }

  private static TemplateException refused(String name, String why) {
    return new TemplateException("field " + name + " " + why);
  }

  private static void unicode(int c, Rendered out) {
    out.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      out.append(Character.forDigit(c >> shift & 15, 16));
    }
  }
}
