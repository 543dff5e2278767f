package dev.postern.store.conjur.fake;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One request, taken apart as Rails does: percent escapes once, a plus stays a plus in paths. */
final class FakeRequest {
  private final String method;
  private final List<String> path;
  private final Map<String, String> query;
  private final Map<String, String> headers = new HashMap<>();
  private final byte[] body;

  private FakeRequest(HttpExchange exchange, String prefix) throws IOException {
    String raw = exchange.getRequestURI().getRawPath();
    List<String> segments = new ArrayList<>();
    for (String segment : raw.substring(prefix.length() + 1).split("/", -1)) {
      segments.add(decoded(segment));
    }
    method = exchange.getRequestMethod();
    path = List.copyOf(segments);
    query = form(exchange.getRequestURI().getRawQuery());
    for (String name : List.of("Authorization", "Content-Type", "Accept-Encoding")) {
      Optional.ofNullable(exchange.getRequestHeaders().getFirst(name))
          .ifPresent(value -> headers.put(name, value));
    }
    body = exchange.getRequestBody().readAllBytes();
  }

  static FakeRequest of(HttpExchange exchange, String prefix) throws IOException {
    return new FakeRequest(exchange, prefix);
  }

  String method() {
    return method;
  }

  List<String> path() {
    return path;
  }

  Map<String, String> query() {
    return query;
  }

  byte[] body() {
    return body;
  }

  static Map<String, String> form(@Nullable String text) {
    Map<String, String> members = new HashMap<>();
    for (String pair : (text == null ? "" : text).split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        members.put(
            decoded(pair.substring(0, equals).replace('+', ' ')),
            decoded(pair.substring(equals + 1).replace('+', ' ')));
      }
    }
    return members;
  }

  /** What follows the kind: an id may come with raw slashes. */
  String id() {
    return String.join("/", path.subList(3, path.size()));
  }

  String bodyText() {
    return new String(body, StandardCharsets.UTF_8);
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  boolean wantsBase64() {
    return header("Accept-Encoding").filter("base64"::equalsIgnoreCase).isPresent();
  }

  private static String decoded(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] raw = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] == '%' && i + 2 < raw.length) {
        bytes.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.write(raw[i]);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
