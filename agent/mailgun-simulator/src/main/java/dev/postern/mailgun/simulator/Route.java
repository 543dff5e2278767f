package dev.postern.mailgun.simulator;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** An operation with the parameters of its path. */
record Route(Operation operation, Map<String, String> parameters) {

  /** The operation that this method and path ask for. */
  static Optional<Route> of(String method, String rawPath) {
    for (Operation operation : Operation.values()) {
      if (operation.method().equals(method)) {
        Optional<Map<String, String>> parameters = match(operation.template(), rawPath);
        if (parameters.isPresent()) {
          return Optional.of(new Route(operation, parameters.get()));
        }
      }
    }
    return Optional.empty();
  }

  /** Whether some operation has this path, by whatever method. */
  static boolean known(String rawPath) {
    for (Operation operation : Operation.values()) {
      if (match(operation.template(), rawPath).isPresent()) {
        return true;
      }
    }
    return false;
  }

  private static Optional<Map<String, String>> match(String template, String rawPath) {
    String[] wanted = template.split("/", -1);
    String[] given = rawPath.split("/", -1);
    if (wanted.length != given.length) {
      return Optional.empty();
    }
    Map<String, String> parameters = new HashMap<>();
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i].startsWith("{")) {
        // A plus is itself in a path, and an address may have one.
        String value = given[i].replace("+", "%2B");
        parameters.put(
            wanted[i].substring(1, wanted[i].length() - 1),
            URLDecoder.decode(value, StandardCharsets.UTF_8));
      } else if (!wanted[i].equals(given[i])) {
        return Optional.empty();
      }
    }
    return Optional.of(Map.copyOf(parameters));
  }
}
