package dev.postern.mailgun.simulator;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The fields of a form or a query; a name may stand several times. */
final class Form {
  private final Map<String, List<String>> fields = new LinkedHashMap<>();

  void add(String name, String value) {
    fields.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
  }

  Optional<String> first(String name) {
    return all(name).stream().findFirst();
  }

  /** The first value, unless it is blank. */
  Optional<String> filled(String name) {
    return first(name).filter(value -> !value.isBlank());
  }

  List<String> all(String name) {
    return List.copyOf(fields.getOrDefault(name, List.of()));
  }

  Set<String> names() {
    return fields.keySet();
  }

  boolean isEmpty() {
    return fields.isEmpty();
  }

  static Form ofUrlEncoded(String text) throws Refusal {
    Form form = new Form();
    if (text.isEmpty()) {
      return form;
    }
    try {
      for (String pair : text.split("&", -1)) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        form.add(decoded(name), decoded(value));
      }
    } catch (IllegalArgumentException e) {
      throw new Refusal(400, "the form is not correctly encoded");
    }
    return form;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** Values may be secrets. */
  @Override
  public String toString() {
    return "Form" + fields.keySet();
  }
}
