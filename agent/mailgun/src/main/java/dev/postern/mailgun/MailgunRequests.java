package dev.postern.mailgun;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;

/** The requests of the vendor's OpenAPI that Postern makes, without their Authorization. */
final class MailgunRequests {
  private static final String KEYS = "/v1/keys";
  private static final String SIGNING_KEY = "/v5/accounts/http_signing_key";

  private final String base;

  MailgunRequests(URI baseUri) {
    String text = baseUri.toString();
    base = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  HttpRequest.Builder createKey(MultipartForm form) {
    return with(form, to(KEYS)).POST(form.body());
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

  HttpRequest.Builder listLogins(String domain, int skip, int limit) {
    return to(credentialsOf(domain) + "?skip=" + skip + "&limit=" + limit).GET();
  }

  HttpRequest.Builder createLogin(String domain, MultipartForm form) {
    return with(form, to(credentialsOf(domain))).POST(form.body());
  }

  HttpRequest.Builder setPassword(String domain, String login, MultipartForm form) {
    return with(form, to(credentialsOf(domain) + "/" + encode(login))).PUT(form.body());
  }

  HttpRequest.Builder signingKey() {
    return to(SIGNING_KEY).GET();
  }

  HttpRequest.Builder regenerateSigningKey() {
    return to(SIGNING_KEY).POST(BodyPublishers.noBody());
  }

  HttpRequest.Builder logs(byte[] query) {
    return to("/v1/analytics/logs")
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofByteArray(query));
  }

  HttpRequest.Builder allowList() {
    return to("/v2/ip_whitelist").GET();
  }

  HttpRequest.Builder users(int skip, int limit) {
    return to("/v5/users?skip=" + skip + "&limit=" + limit).GET();
  }

  private static String credentialsOf(String domain) {
    return "/v3/domains/" + encode(domain) + "/credentials";
  }

  private static HttpRequest.Builder with(MultipartForm form, HttpRequest.Builder request) {
    return request.header("Content-Type", form.contentType());
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
