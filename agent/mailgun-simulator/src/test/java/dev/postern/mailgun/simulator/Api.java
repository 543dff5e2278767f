package dev.postern.mailgun.simulator;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A client of the simulator that knows nothing of it but HTTP. */
final class Api implements AutoCloseable {
  static final String BOUNDARY = "----test-boundary";
  static final String URL_ENCODED = "application/x-www-form-urlencoded";
  static final String MULTIPART = "multipart/form-data; boundary=" + BOUNDARY;

  /** An answer; it prints as its status alone, since its body may hold a secret. */
  static final class Reply {
    private final HttpResponse<String> response;

    Reply(HttpResponse<String> response) {
      this.response = response;
    }

    int status() {
      return response.statusCode();
    }

    String body() {
      return response.body();
    }

    HttpHeaders headers() {
      return response.headers();
    }

    String message() {
      return String.valueOf(json().get("message"));
    }

    Map<String, Object> json() {
      try {
        return JSON.std.mapFrom(body());
      } catch (IOException e) {
        throw new UncheckedIOException("the answer is no JSON object", e);
      }
    }

    Map<?, ?> object(String name) {
      if (json().get(name) instanceof Map<?, ?> map) {
        return map;
      }
      throw new IllegalStateException("the answer has no object " + name);
    }

    List<?> list(String name) {
      if (json().get(name) instanceof List<?> list) {
        return list;
      }
      throw new IllegalStateException("the answer has no list " + name);
    }

    @Override
    public String toString() {
      return "Reply[" + status() + "]";
    }
  }

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI base;

  Api(URI base) {
    this.base = base;
  }

  Reply get(String path, String key) throws IOException {
    return send("GET", path, key, null, "");
  }

  Reply delete(String path, String key) throws IOException {
    return send("DELETE", path, key, null, "");
  }

  Reply post(String path, String key, String... namesAndValues) throws IOException {
    return send("POST", path, key, URL_ENCODED, urlEncoded(namesAndValues));
  }

  Reply put(String path, String key, String... namesAndValues) throws IOException {
    return send("PUT", path, key, URL_ENCODED, urlEncoded(namesAndValues));
  }

  Reply send(String method, String path, String key, @Nullable String type, String body)
      throws IOException {
    try {
      return new Reply(
          client.send(
              request(method, path, "api:" + key, type, body),
              HttpResponse.BodyHandlers.ofString()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for an answer", e);
    }
  }

  CompletableFuture<HttpResponse<String>> postLater(
      String path, String key, String... namesAndValues) {
    return client.sendAsync(
        request("POST", path, "api:" + key, URL_ENCODED, urlEncoded(namesAndValues)),
        HttpResponse.BodyHandlers.ofString());
  }

  HttpRequest request(
      String method, String path, String credentials, @Nullable String type, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .header("Authorization", basic(credentials))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (type != null) {
      request.header("Content-Type", type);
    }
    return request.build();
  }

  HttpClient client() {
    return client;
  }

  static String basic(String credentials) {
    byte[] bytes = credentials.getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(bytes);
  }

  static String urlEncoded(String... namesAndValues) {
    StringBuilder form = new StringBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      form.append(i == 0 ? "" : "&")
          .append(URLEncoder.encode(namesAndValues[i], StandardCharsets.UTF_8))
          .append('=')
          .append(URLEncoder.encode(namesAndValues[i + 1], StandardCharsets.UTF_8));
    }
    return form.toString();
  }

  static String multipart(String... namesAndValues) {
    StringBuilder form = new StringBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      form.append("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"")
          .append(namesAndValues[i])
          .append("\"\r\n\r\n")
          .append(namesAndValues[i + 1])
          .append("\r\n");
    }
    return form.append("--" + BOUNDARY + "--\r\n").toString();
  }

  @Override
  public void close() {
    client.close();
  }
}
