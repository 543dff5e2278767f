package dev.postern.sidecar.config;

import dev.postern.SecretKind;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads {@code strategy} and {@code logins}: how an SMTP login's password is replaced. */
final class LoginsReader {
  static final String NAME_THEM =
      "name the two logins to alternate between (rotation: {logins: [...]}), or set strategy:"
          + " in-place";
  private static final Pattern LOGIN = Pattern.compile("[A-Za-z0-9._+-]{1,64}@[a-z0-9.-]{1,253}");

  private final SecretKind kind;
  private final Optional<String> domain;

  LoginsReader(SecretKind kind, Optional<String> domain) {
    this.kind = kind;
    this.domain = domain;
  }

  /** The logins that take turns; none when the password is replaced in place. */
  List<String> read(Section section, boolean issued) {
    if (kind != SecretKind.MAILGUN_SMTP) {
      for (String key : List.of("strategy", "logins")) {
        if (section.has(key)) {
          section.errorAtKey(
              key, "'" + key + "' is for a mailgun-smtp, and this is a " + kind.wireName());
        }
      }
      return List.of();
    }
    SmtpStrategy strategy =
        section.withDefault(
            "strategy",
            ValueReader.oneOf(List.of(SmtpStrategy.values())),
            SmtpStrategy.ALTERNATING);
    return switch (strategy) {
      case IN_PLACE -> inPlace(section);
      case ALTERNATING -> issued ? alternating(section) : List.of();
    };
  }

  private static List<String> inPlace(Section section) {
    if (section.has("logins")) {
      section.errorAtKey(
          "logins", "strategy in-place takes no logins; remove them, or the strategy");
    }
    section.warning(
        "strategy",
        "in-place: each rotation lets sends fail for a moment; two logins that alternate avoid it");
    return List.of();
  }

  private List<String> alternating(Section section) {
    if (!section.has("logins")) {
      section.errorHere("'logins' is missing; " + NAME_THEM);
      return List.of();
    }
    Optional<List<String>> read = section.values("logins", LoginsReader::login);
    if (read.isEmpty()) {
      return List.of();
    }
    List<String> logins = read.get();
    if (logins.size() != 2 || Set.copyOf(logins).size() != 2) {
      section.error(
          "logins",
          "expected two different logins, found "
              + logins.size()
              + (logins.size() == 2 ? " that are the same" : ""));
    }
    domain
        .filter(d -> logins.stream().anyMatch(login -> !login.endsWith("@" + d)))
        .ifPresent(
            d -> section.error("logins", "both logins must be of this secret's domain " + d));
    return logins;
  }

  private static Reading<String> login(Value value) {
    return value.isText() && LOGIN.matcher(value.text()).matches()
        ? Reading.of(value.text())
        : value.expected("a login such as app-a@mg.example.com");
  }
}
