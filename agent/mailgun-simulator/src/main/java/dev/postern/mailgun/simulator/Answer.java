package dev.postern.mailgun.simulator;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What goes back over HTTP. */
final class Answer {
  private final int status;
  private final String contentType;
  private final byte[] body;
  private final Map<String, String> headers = new LinkedHashMap<>();

  private Answer(int status, String contentType, byte[] body) {
    this.status = status;
    this.contentType = contentType;
    this.body = body;
  }

  static Answer json(int status, Map<String, ?> object) {
    return new Answer(status, "application/json", Json.bytes(object));
  }

  static Answer message(int status, String message) {
    return json(status, Map.of("message", message));
  }

  static Answer text(int status, String text) {
    return new Answer(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  /** Whatever a {@link Fault.Status} asks for. */
  static Answer raw(int status, String body) {
    String type =
        switch (body.isEmpty() ? ' ' : body.charAt(0)) {
          case '<' -> "text/html; charset=utf-8";
          case '{' -> "application/json";
          default -> "text/plain; charset=utf-8";
        };
    return new Answer(status, type, body.getBytes(StandardCharsets.UTF_8));
  }

  Answer with(String header, String value) {
    headers.put(header, value);
    return this;
  }

  int status() {
    return status;
  }

  String contentType() {
    return contentType;
  }

  byte[] body() {
    return body;
  }

  Map<String, String> headers() {
    return headers;
  }

  /** The body may hold a secret just made. */
  @Override
  public String toString() {
    return "Answer[" + status + ", " + body.length + " bytes]";
  }
}
