package dev.postern.sidecar.templates;

import static java.util.stream.Collectors.joining;

import java.net.URI;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The templates that need not be written. Which keys a file has depends on the secret's kind, and
 * on what the config knows of where mail is sent; a {@code static} secret gives its fields under
 * their own names.
 */
public enum BuiltinTemplate {
  /** {@code KEY=value}, by the names that Laravel, Node's and Django's mailers look for. */
  DOTENV("dotenv", Quoting.DOTENV, Set.of()) {
    @Override
    String text(Outline of) {
      SequencedMap<String, String> lines = new LinkedHashMap<>();
      switch (of.kind()) {
        case MAILGUN_SENDING_KEY, MAILGUN_ACCOUNT_KEY -> {
          lines.put("MAILGUN_SECRET", tag("api_key"));
          lines.put("MAILGUN_API_KEY", tag("api_key"));
          of.ifKnown("domain", domain -> lines.put("MAILGUN_DOMAIN", tag(domain)));
          of.ifKnown("domain", domain -> lines.put("MAILGUN_SENDER_DOMAIN", tag(domain)));
          of.attribute("api_base")
              .ifPresent(
                  base -> {
                    lines.put("MAILGUN_ENDPOINT", authority(base));
                    lines.put("MAILGUN_API_URL", base + "/v3");
                  });
        }
        case MAILGUN_SMTP -> {
          server(of, lines, List.of("MAIL_HOST", "EMAIL_HOST", "SMTP_HOST"), "smtp_host");
          server(of, lines, List.of("MAIL_PORT", "EMAIL_PORT", "SMTP_PORT"), "smtp_port");
          List.of("MAIL_USERNAME", "EMAIL_HOST_USER", "SMTP_USER")
              .forEach(key -> lines.put(key, tag("login")));
          List.of("MAIL_PASSWORD", "EMAIL_HOST_PASSWORD", "SMTP_PASS")
              .forEach(key -> lines.put(key, tag("password")));
        }
        case MAILGUN_WEBHOOK_SIGNING_KEY ->
            lines.put("MAILGUN_WEBHOOK_SIGNING_KEY", tag("signing_key"));
        case STATIC ->
            of.fields()
                .forEach(
                    field ->
                        lines.put(
                            field.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9_]", "_"),
                            tag(field)));
      }
      return lines(lines, "=");
    }
  },

  /** Properties by Spring Boot's names for mail, else under {@code mailgun.} or the secret's. */
  SPRING("spring", Quoting.PROPERTIES, Set.of()) {
    @Override
    String text(Outline of) {
      SequencedMap<String, String> lines = new LinkedHashMap<>();
      switch (of.kind()) {
        case MAILGUN_SENDING_KEY, MAILGUN_ACCOUNT_KEY -> {
          lines.put("mailgun.api-key", tag("api_key"));
          of.ifKnown("domain", domain -> lines.put("mailgun.domain", tag(domain)));
          of.ifKnown("api_base", base -> lines.put("mailgun.base-url", tag(base)));
        }
        case MAILGUN_SMTP -> {
          server(of, lines, List.of("spring.mail.host"), "smtp_host");
          server(of, lines, List.of("spring.mail.port"), "smtp_port");
          lines.put("spring.mail.username", tag("login"));
          lines.put("spring.mail.password", tag("password"));
        }
        case MAILGUN_WEBHOOK_SIGNING_KEY ->
            lines.put("mailgun.webhook-signing-key", tag("signing_key"));
        case STATIC ->
            of.fields().forEach(field -> lines.put(of.secret() + "." + field, tag(field)));
      }
      return lines(lines, "=");
    }
  },

  /** The line of Postfix's {@code smtp_sasl_password_maps}, for {@code relayhost} by its port. */
  POSTFIX_SASL_PASSWD(
      "postfix-sasl-passwd", Quoting.SASL_PASSWD, Set.of("login", "password", "smtp_host")) {
    @Override
    String text(Outline of) {
      String port = of.has("smtp_port") ? ":" + tag("smtp_port") : "";
      return "["
          + tag("smtp_host")
          + "]"
          + port
          + " "
          + tag("login")
          + ":"
          + tag("password")
          + "\n";
    }
  },

  /** A whole {@code msmtprc} with one account, which is the default one. */
  MSMTP("msmtp", Quoting.MSMTP, Set.of("login", "password", "smtp_host")) {
    @Override
    String text(Outline of) {
      boolean tlsFromStart = of.attribute("smtp_port").filter("465"::equals).isPresent();
      return "account postern\nhost "
          + tag("smtp_host")
          + (of.has("smtp_port") ? "\nport " + tag("smtp_port") : "")
          + "\ntls on\ntls_starttls "
          + (tlsFromStart ? "off" : "on")
          + "\nauth on\nuser "
          + tag("login")
          + "\npassword "
          + tag("password")
          + "\naccount default : postern\n";
    }
  },

  /** One object, with name, kind, version, attributes and fields, as the socket gives it. */
  JSON("json", Quoting.JSON, Set.of()) {
    @Override
    String text(Outline of) {
      return "{\"name\":\""
          + of.secret()
          + "\",\"kind\":\""
          + of.kind().wireName()
          + "\",\"version\":\""
          + of.version()
          + "\",\"attributes\":{"
          + of.attributes().entrySet().stream()
              .map(entry -> "\"" + entry.getKey() + "\":\"" + entry.getValue() + "\"")
              .collect(joining(","))
          + "},\"fields\":{"
          + of.fields().stream()
              .map(field -> "\"" + field + "\":\"" + tag(field) + "\"")
              .collect(joining(","))
          + "}}\n";
    }
  };

  private static final Pattern FIELD = Pattern.compile("[A-Za-z0-9_.-]{1,63}");

  private final String wireName;
  private final Quoting quoting;
  private final Set<String> needed;

  BuiltinTemplate(String wireName, Quoting quoting, Set<String> needed) {
    this.wireName = wireName;
    this.quoting = quoting;
    this.needed = needed;
  }

  public static Optional<BuiltinTemplate> ofWireName(String name) {
    return Arrays.stream(values()).filter(one -> one.wireName.equals(name)).findFirst();
  }

  public String wireName() {
    return wireName;
  }

  /** The names without which it says nothing. */
  public Set<String> needed() {
    return needed;
  }

  /**
   * Fills it in.
   *
   * @throws TemplateException when the secret lacks what it needs, or a value cannot be written
   */
  public Rendered render(Subject subject) {
    Outline outline = Outline.of(subject);
    for (String name : needed) {
      if (!outline.has(name)) {
        throw new TemplateException(
            "template " + wireName + " needs '" + name + "', which this secret has not");
      }
    }
    if (!outline.fields().stream().allMatch(field -> FIELD.matcher(field).matches())) {
      throw new TemplateException(
          "a field's name in the store is not made of letters, digits, dots, dashes and"
              + " underscores, so no built-in template can hold it");
    }
    return FileTemplate.parse(text(outline), quoting).render(subject);
  }

  abstract String text(Outline of);

  private static String tag(String name) {
    return "{{" + name + "}}";
  }

  private static void server(
      Outline of, Map<String, String> lines, List<String> keys, String attribute) {
    of.ifKnown(attribute, name -> keys.forEach(key -> lines.put(key, tag(name))));
  }

  private static String lines(SequencedMap<String, String> lines, String between) {
    return lines.entrySet().stream()
        .map(line -> line.getKey() + between + line.getValue() + "\n")
        .collect(joining());
  }

  private static String authority(String base) {
    return Optional.ofNullable(URI.create(base).getRawAuthority()).orElse(base);
  }
}
