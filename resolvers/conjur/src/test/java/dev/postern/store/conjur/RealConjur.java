package dev.postern.store.conjur;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.postern.store.conjur.fake.Certificates;
import dev.postern.store.conjur.fake.DeliveredPolicies;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** Conjur's own image with its database, and TLS before it. Administered by plain requests. */
final class RealConjur implements AutoCloseable {
  static final String ACCOUNT = "acme";
  private static final int PORT = 80;
  private static final Pattern ADMIN_KEY = Pattern.compile("API key for admin:\\s*(\\S+)");

  private final Network network = Network.newNetwork();
  private final GenericContainer<?> database =
      new GenericContainer<>(DockerImageName.parse("postgres:15-alpine"))
          .withNetwork(network)
          .withNetworkAliases("database")
          .withEnv("POSTGRES_HOST_AUTH_METHOD", "trust")
          .waitingFor(Wait.forLogMessage(".*ready to accept connections.*", 2));
  private final GenericContainer<?> server =
      new GenericContainer<>(DockerImageName.parse("cyberark/conjur:latest"))
          .withNetwork(network)
          .withEnv("DATABASE_URL", "postgres://postgres@database/postgres")
          .withEnv("CONJUR_DATA_KEY", Base64.getEncoder().encodeToString(new byte[32]))
          .withEnv("CONJUR_AUTHENTICATORS", "authn")
          .withCommand("server")
          .withExposedPorts(PORT)
          .waitingFor(Wait.forHttp("/").forPort(PORT));
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, String> keys = new ConcurrentHashMap<>();
  private final TlsRelay relay;
  private final String adminKey;

  RealConjur() throws Exception {
    database.start();
    server.start();
    String said = server.execInContainer("conjurctl", "account", "create", ACCOUNT).getStdout();
    Matcher found = ADMIN_KEY.matcher(said);
    if (!found.find()) {
      throw new IllegalStateException("conjurctl made no account");
    }
    adminKey = found.group(1);
    relay = new TlsRelay(server.getHost(), server.getMappedPort(PORT));
  }

  URI url() {
    return URI.create("https://127.0.0.1:" + relay.port());
  }

  Path writeCa(Path folder) {
    try {
      return Files.writeString(folder.resolve("real-ca.pem"), Certificates.own().pem());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path writeKey(Path folder, String host) {
    try {
      return Files.writeString(
          folder.resolve("real.key"), keys.getOrDefault(host, "no key") + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Also gives hosts their keys, when it makes them. */
  void loadDelivered(String secret) {
    for (String policy : DeliveredPolicies.of(secret)) {
      Map<String, Object> answer =
          json(send("/policies/" + ACCOUNT + "/policy/root", policy, "application/x-yaml", true));
      if (answer.get("created_roles") instanceof Map<?, ?> roles) {
        for (Object each : roles.values()) {
          if (each instanceof Map<?, ?> role) {
            keys.put(
                String.valueOf(role.get("id")).replaceFirst("^[^:]*:host:", "host/"),
                String.valueOf(role.get("api_key")));
          }
        }
      }
    }
  }

  void write(String id, byte[] value) {
    String encoded = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    send(
        "/secrets/" + ACCOUNT + "/variable/" + encoded,
        new String(value, StandardCharsets.UTF_8),
        "application/octet-stream",
        true);
  }

  private String send(String path, String body, String type, boolean signed) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://" + server.getHost() + ":" + server.getMappedPort(PORT) + path))
            .header("Content-Type", type)
            .POST(BodyPublishers.ofString(body));
    if (signed) {
      String token =
          send("/authn/" + ACCOUNT + "/admin/authenticate", adminKey, "text/plain", false);
      request.header(
          "Authorization",
          "Token token=\""
              + Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8))
              + "\"");
    }
    try {
      HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
      if (answer.statusCode() / 100 != 2) {
        throw new IllegalStateException("conjur answered " + answer.statusCode() + " to " + path);
      }
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, Object> json(String text) {
    try {
      return JSON.std.mapFrom(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    relay.close();
    server.stop();
    database.stop();
    network.close();
  }
}
