package dev.postern.sidecar.templates;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.Version;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Versions to render, and what came of them as text. */
final class TemplateFixtures {
  static final Map<String, String> MAILGUN =
      Map.of(
          "domain", "mg.example.com",
          "region", "eu",
          "api_base", "https://api.eu.mailgun.net",
          "smtp_host", "smtp.eu.mailgun.org",
          "smtp_port", "587");

  private TemplateFixtures() {}

  static Subject subject(SecretKind kind, Map<String, String> attributes, String... fields) {
    Map<String, SecretBytes> values = new TreeMap<>();
    for (int i = 0; i < fields.length; i += 2) {
      values.put(fields[i], SecretBytes.copyOf(fields[i + 1].getBytes(UTF_8)));
    }
    return new Subject(
        new SecretName("some-secret"),
        kind,
        new Version("7"),
        attributes,
        SecretFields.takeOwnershipOf(values));
  }

  static Subject key(String value) {
    return subject(SecretKind.MAILGUN_SENDING_KEY, MAILGUN, "api_key", value);
  }

  static Subject login(String login, String password) {
    return subject(SecretKind.MAILGUN_SMTP, MAILGUN, "login", login, "password", password);
  }

  static String text(Rendered rendered) {
    try (rendered) {
      return StandardCharsets.UTF_8.decode(rendered.exposeBytes()).toString();
    }
  }

  static String custom(String template, Quoting quoting, Subject subject) {
    return text(FileTemplate.parse(template, quoting).render(subject));
  }
}
