package dev.postern.mailgun;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** An answer as it came. Not a record, since it may hold a key; whoever receives it closes it. */
final class Reply implements AutoCloseable {
  private final int status;
  private final HttpHeaders headers;
  private final BoundedBody.Content body;

  Reply(int status, HttpHeaders headers, BoundedBody.Content body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  int status() {
    return status;
  }

  boolean isSuccess() {
    return status / 100 == 2;
  }

  boolean tooLong() {
    return body.tooLong();
  }

  Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  /** The array itself, not a copy: wiped when this is closed. */
  byte[] body() {
    return body.bytes();
  }

  /** A page for a person: of a proxy, a captive portal, a load balancer; never of Mailgun's API. */
  boolean isPage() {
    if (header("Content-Type").orElse("").toLowerCase(Locale.ROOT).contains("html")) {
      return true;
    }
    for (byte b : body()) {
      if (!Character.isWhitespace(b)) {
        return b == '<';
      }
    }
    return false;
  }

  /** The members of the JSON object that the body is, if it is one. */
  Optional<Map<String, Object>> jsonObject() {
    byte[] bytes = body();
    int first = 0;
    while (first < bytes.length && Character.isWhitespace(bytes[first])) {
      first++;
    }
    if (first == bytes.length || bytes[first] != '{') {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.std.mapFrom(bytes));
    } catch (IOException notJson) {
      // Its message quotes the body.
      return Optional.empty();
    }
  }

  /** Mailgun's one line for a person; only ever looked at, never passed on. */
  Optional<String> message() {
    return jsonObject()
        .map(object -> object.get("message"))
        .filter(String.class::isInstance)
        .map(String.class::cast);
  }

  @Override
  public void close() {
    Arrays.fill(body.bytes(), (byte) 0);
  }
}
