package dev.postern.mailgun.simulator;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A request read whole, and bounded. */
final class HttpRequest {
  static final int LARGEST_BODY = 1 << 20;

  private final Operation operation;
  private final Map<String, String> path;
  private final Form query;
  private final byte[] body;
  private final String contentType;
  private final Optional<String> password;
  private final String address;
  private final String client;

  private HttpRequest(Route route, HttpExchange exchange, Form query, byte[] body) {
    operation = route.operation();
    path = route.parameters();
    this.query = query;
    this.body = body;
    contentType = header(exchange, "Content-Type").orElse("");
    password = header(exchange, "Authorization").flatMap(HttpRequest::passwordOfApi);
    address = exchange.getRemoteAddress().getAddress().getHostAddress();
    client = header(exchange, "User-Agent").orElse("");
  }

  static HttpRequest read(Route route, HttpExchange exchange) throws IOException, Refusal {
    String query = exchange.getRequestURI().getRawQuery();
    return new HttpRequest(
        route, exchange, Form.ofUrlEncoded(query == null ? "" : query), body(exchange));
  }

  /** The body, or a 413. */
  static byte[] body(HttpExchange exchange) throws IOException, Refusal {
    byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
    if (body.length > LARGEST_BODY) {
      throw new Refusal(413, "the request is larger than " + LARGEST_BODY + " bytes");
    }
    return body;
  }

  Operation operation() {
    return operation;
  }

  Map<String, String> path() {
    return path;
  }

  Form query() {
    return query;
  }

  byte[] body() {
    return body;
  }

  String address() {
    return address;
  }

  /** What the caller calls itself. */
  String client() {
    return client;
  }

  /** The password of HTTP Basic, when its user is {@code api}. */
  Optional<String> password() {
    return password;
  }

  /** The fields of the body; none when it is empty or something else than a form. */
  Form form() throws Refusal {
    return form(contentType, body);
  }

  static Form form(String contentType, byte[] body) throws Refusal {
    String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (body.length == 0) {
      return new Form();
    }
    return switch (type) {
      case "multipart/form-data" -> MultipartForm.read(contentType, body);
      case "application/x-www-form-urlencoded" ->
          Form.ofUrlEncoded(new String(body, StandardCharsets.UTF_8));
      default -> new Form();
    };
  }

  private static Optional<String> passwordOfApi(String authorization) {
    String[] parts = authorization.split(" ", 2);
    if (parts.length != 2 || !parts[0].equalsIgnoreCase("Basic")) {
      return Optional.empty();
    }
    try {
      byte[] pair = Base64.getDecoder().decode(parts[1].strip());
      String text = new String(pair, StandardCharsets.UTF_8);
      return text.startsWith("api:") ? Optional.of(text.substring(4)) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> header(HttpExchange exchange, String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
  }
}
