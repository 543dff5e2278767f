package dev.postern.mailgun;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SequencedMap;
import java.util.UUID;

/** A {@code multipart/form-data} body of short texts, which the JDK's client does not have. */
final class MultipartForm {
  private final String boundary = "postern-" + UUID.randomUUID();
  private final SequencedMap<String, String> fields;

  MultipartForm(SequencedMap<String, String> fields) {
    this.fields = fields;
  }

  String contentType() {
    return "multipart/form-data; boundary=" + boundary;
  }

  BodyPublisher body() {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, String> field : fields.entrySet()) {
      text.append("--").append(boundary).append("\r\n");
      text.append("Content-Disposition: form-data; name=\"").append(field.getKey()).append('"');
      text.append("\r\n\r\n").append(field.getValue()).append("\r\n");
    }
    text.append("--").append(boundary).append("--\r\n");
    return HttpRequest.BodyPublishers.ofByteArray(text.toString().getBytes(StandardCharsets.UTF_8));
  }
}
