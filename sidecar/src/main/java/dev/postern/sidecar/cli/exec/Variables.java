package dev.postern.sidecar.cli.exec;

import dev.postern.sidecar.cli.client.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which variables of the environment hold what. Without a choice of the user's they are called
 * after the secret: {@code sending-key} gives {@code SENDING_KEY_API_KEY}, {@code
 * SENDING_KEY_DOMAIN} and {@code SENDING_KEY_VERSION}.
 */
public final class Variables {
  private static final Pattern CHOICE =
      Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)=(?:([^/]+)/)?([^/]+)");

  private record Choice(String variable, String secret, String field) {}

  private final List<Choice> choices;

  private Variables(List<Choice> choices) {
    this.choices = choices;
  }

  /**
   * @param texts {@code VARIABLE=SECRET/FIELD}, or {@code VARIABLE=FIELD} where there is one secret
   * @throws IllegalArgumentException with what is wrong and how it should look
   */
  public static Variables of(List<String> texts, List<String> secrets) {
    return new Variables(texts.stream().map(text -> choice(text, secrets)).toList());
  }

  private static Choice choice(String text, List<String> secrets) {
    Matcher parts = CHOICE.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "--env is VARIABLE=SECRET/FIELD, such as MAILGUN_API_KEY=sending-key/api_key");
    }
    String secret = Optional.ofNullable(parts.group(2)).orElse(secrets.getFirst());
    if (parts.group(2) == null && secrets.size() > 1) {
      throw new IllegalArgumentException(
          "--env %s: name the secret before the field, as there are several"
              .formatted(parts.group(1)));
    }
    if (!secrets.contains(secret)) {
      throw new IllegalArgumentException(
          "--env %s: add --secret %s".formatted(parts.group(1), secret));
    }
    return new Choice(parts.group(1), secret, parts.group(3));
  }

  /**
   * The variables of these secrets, by their names.
   *
   * @param secrets what the agent answered, by the secret's name
   * @throws IllegalArgumentException when a secret lacks a chosen field, or a value cannot be in an
   *     environment; the message does not show it
   */
  public Map<String, String> of(Map<String, JsonObject> secrets) {
    Map<String, String> variables = new LinkedHashMap<>();
    secrets.forEach(
        (name, secret) -> {
          List<Choice> own = choices.stream().filter(one -> one.secret.equals(name)).toList();
          if (own.isEmpty()) {
            all(secret).forEach((key, value) -> put(variables, nameOf(name, key), value));
          } else {
            own.forEach(one -> put(variables, one.variable, chosen(one, secret)));
          }
        });
    return variables;
  }

  private static Map<String, String> all(JsonObject secret) {
    Map<String, String> values = new LinkedHashMap<>();
    secret.object("attributes").values().forEach((key, value) -> values.put(key, value.toString()));
    secret.object("fields").values().forEach((key, value) -> values.put(key, value.toString()));
    values.put("version", secret.textOr("version", ""));
    return values;
  }

  private static String chosen(Choice choice, JsonObject secret) {
    Map<String, String> values = all(secret);
    return Optional.ofNullable(values.get(choice.field))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s has no field %s: it has %s"
                        .formatted(
                            choice.secret, choice.field, String.join(", ", values.keySet()))));
  }

  private static void put(Map<String, String> variables, String name, String value) {
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "the value for %s has a zero byte, which no variable can hold: read it from the socket"
              .formatted(name));
    }
    variables.put(name, value);
  }

  private static String nameOf(String secret, String key) {
    return (secret + "_" + key).toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9_]", "_");
  }
}
