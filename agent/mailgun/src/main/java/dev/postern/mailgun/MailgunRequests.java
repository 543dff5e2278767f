package dev.postern.mailgun;

import dev.postern.RotationTag;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/** The requests of the vendor's OpenAPI that Postern makes, without their Authorization. */
final class MailgunRequests {
  private static final String KEYS = "/v1/keys";

  private final String base;

  MailgunRequests(URI baseUri) {
    String text = baseUri.toString();
    base = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  HttpRequest.Builder createSendingKey(
      String domain, RotationTag tag, Optional<Duration> lifetime) {
    SequencedMap<String, String> fields = new LinkedHashMap<>();
    fields.put("role", "sending");
    fields.put("kind", "domain");
    fields.put("domain_name", domain);
    fields.put("description", tag.toString());
    lifetime.ifPresent(time -> fields.put("expiration", Long.toString(time.toSeconds())));
    MultipartForm form = new MultipartForm(fields);
    return to(KEYS).header("Content-Type", form.contentType()).POST(form.body());
  }

  HttpRequest.Builder listKeysOf(String domain) {
    return to(KEYS + "?kind=domain&domain_name=" + encode(domain)).GET();
  }

  HttpRequest.Builder listKeys(String kind) {
    return to(KEYS + "?kind=" + kind).GET();
  }

  HttpRequest.Builder deleteKey(String id) {
    return to(KEYS + "/" + encode(id)).DELETE();
  }

  /**
   * A message without a single field: refused with 400 when the key is alive and with 401 when it
   * is not, and nothing is sent or charged. Mailgun's own test mode is charged like a message.
   */
  HttpRequest.Builder emptyMessage(String domain) {
    return to("/v3/" + encode(domain) + "/messages")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(BodyPublishers.noBody());
  }

  private HttpRequest.Builder to(String pathAndQuery) {
    return HttpRequest.newBuilder(URI.create(base + pathAndQuery))
        .version(HttpClient.Version.HTTP_1_1)
        .header("Accept", "application/json")
        .header("User-Agent", "postern");
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
