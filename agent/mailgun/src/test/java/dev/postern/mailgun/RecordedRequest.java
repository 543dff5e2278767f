package dev.postern.mailgun;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/** A request as it came over the socket; header names in lower case. */
record RecordedRequest(String method, String target, Map<String, String> headers, String body) {

  static RecordedRequest of(String head, byte[] body) {
    List<String> lines = head.lines().toList();
    String[] first = lines.getFirst().split(" ", -1);
    SequencedMap<String, String> headers = new LinkedHashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new RecordedRequest(
        first[0], first[1], headers, new String(body, StandardCharsets.UTF_8));
  }

  String header(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
  }

  /** The fields of a multipart body, in their order. */
  SequencedMap<String, String> formFields() {
    String boundary = header("Content-Type").replaceFirst("^multipart/form-data; boundary=", "");
    SequencedMap<String, String> fields = new LinkedHashMap<>();
    String[] parts = ("\r\n" + body).split("\r\n--" + boundary, -1);
    for (int i = 1; i < parts.length - 1; i++) {
      String[] part = parts[i].split("\r\n\r\n", 2);
      fields.put(part[0].replaceFirst("(?s).*name=\"([^\"]*)\".*", "$1"), part[1]);
    }
    return fields;
  }
}
