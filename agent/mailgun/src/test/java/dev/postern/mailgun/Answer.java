package dev.postern.mailgun;

import java.util.ArrayList;
import java.util.List;

/** What the scripted server does with a request. */
sealed interface Answer {

  /** Answers whole. */
  record Whole(int status, List<String> headers, String body) implements Answer {}

  /** Promises more than it sends, then closes. */
  record Cut(int status, String bodySoFar) implements Answer {}

  /** Sends the head and a part of the body and then nothing, until the client goes away. */
  record Stalled(int status, String bodySoFar) implements Answer {}

  /** Reads the request and says nothing, until the client goes away. */
  record Silent() implements Answer {}

  /** Reads the request and resets the connection. */
  record Reset() implements Answer {}

  /** Writes something that is not HTTP. */
  record Garbage(String text) implements Answer {}

  static Answer json(int status, String body, String... headers) {
    List<String> all = new ArrayList<>(List.of(headers));
    all.add("Content-Type: application/json");
    return new Whole(status, all, body);
  }

  static Answer message(int status, String text, String... headers) {
    return json(status, "{\"message\":\"" + text + "\"}", headers);
  }

  static Answer html(int status) {
    return new Whole(
        status,
        List.of("Content-Type: text/html"),
        "<html><body>" + Keys.CANARY_BODY + "</body></html>");
  }

  static Answer text(int status, String body) {
    return new Whole(status, List.of("Content-Type: text/plain"), body);
  }
}
