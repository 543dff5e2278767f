package dev.postern.store.conjur.fake;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** One answer of the fake server. */
final class FakeReply {
  private final int status;
  private final String type;
  private final byte[] body;
  private final Map<String, String> headers;

  private FakeReply(int status, String type, byte[] body, Map<String, String> headers) {
    this.status = status;
    this.type = type;
    this.body = body;
    this.headers = headers;
  }

  int status() {
    return status;
  }

  String type() {
    return type;
  }

  byte[] body() {
    return body;
  }

  Map<String, String> headers() {
    return headers;
  }

  static FakeReply empty(int status) {
    return new FakeReply(status, "", new byte[0], Map.of());
  }

  static FakeReply html(int status) {
    return new FakeReply(status, "text/html", new byte[0], Map.of());
  }

  static FakeReply text(int status, String text) {
    return new FakeReply(status, "text/plain", text.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  static FakeReply json(int status, String json) {
    return new FakeReply(
        status, "application/json", json.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  static FakeReply bytes(byte[] value) {
    return new FakeReply(200, "application/octet-stream", value, Map.of());
  }

  FakeReply with(String header, String value) {
    return new FakeReply(status, type, body, Map.of(header, value));
  }

  /** One wording for what is missing, empty or hidden. */
  static FakeReply missing(String fullId) {
    return json(
        404,
        "{\"error\":{\"code\":\"not_found\",\"message\":\"CONJ00076E Variable %s is empty or not found.\"}}"
            .formatted(fullId));
  }

  static FakeReply unprocessable(String why) {
    return json(
        422, "{\"error\":{\"code\":\"unprocessable_entity\",\"message\":\"%s\"}}".formatted(why));
  }
}
