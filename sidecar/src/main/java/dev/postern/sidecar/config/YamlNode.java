package dev.postern.sidecar.config;

import java.util.List;
import java.util.regex.Pattern;

/** The parsed file before anything is made of it. Never prints a value. */
sealed interface YamlNode {
  Position position();

  /** What was found, for a message that must not repeat it. */
  String description();

  /** A single value. */
  record Scalar(String text, Type type, Position position) implements YamlNode {
    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]{1,400}|0[ox][0-9a-fA-F]+");
    private static final Pattern DECIMAL =
        Pattern.compile("[-+]?(?:\\.[0-9]+|[0-9]+\\.[0-9]*)(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][0-9]+");

    /** What YAML's core schema takes an unquoted value for. */
    enum Type {
      TEXT("a text"),
      INTEGER("a number"),
      DECIMAL("a number"),
      BOOLEAN("a boolean"),
      NULL("nothing");

      private final String description;

      Type(String description) {
        this.description = description;
      }
    }

    static Scalar of(String text, boolean plain, Position position) {
      return new Scalar(text, plain ? typeOf(text) : Type.TEXT, position);
    }

    @Override
    public String description() {
      return type.description;
    }

    @Override
    public String toString() {
      return "Scalar[" + type + "]";
    }

    private static Type typeOf(String text) {
      return switch (text) {
        case "", "~", "null", "Null", "NULL" -> Type.NULL;
        case "true", "True", "TRUE", "false", "False", "FALSE" -> Type.BOOLEAN;
        default -> {
          if (INTEGER.matcher(text).matches()) {
            yield Type.INTEGER;
          }
          yield DECIMAL.matcher(text).matches() ? Type.DECIMAL : Type.TEXT;
        }
      };
    }
  }

  /** An ordered list. */
  record Sequence(List<YamlNode> items, Position position) implements YamlNode {
    @Override
    public String description() {
      return "a list";
    }
  }

  /** Keys and values in the order of the file, duplicates included. */
  record Mapping(List<Entry> entries, Position position) implements YamlNode {
    @Override
    public String description() {
      return "a mapping";
    }
  }

  /** One line of a mapping. */
  record Entry(Scalar key, YamlNode value) {}
}
