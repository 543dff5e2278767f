package dev.postern.store.aws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * Those who give credentials to programs, on loopback: STS, and the agent of ECS and EKS on a node.
 * Strict; each grant is a new key, and Secrets Manager forgets the one before it.
 */
final class FakeIdentities implements AutoCloseable {
  static final String ROLE = "arn:aws:iam::123456789012:role/mail/postern";
  static final String EXTERNAL_ID = "ours-4711";

  private final FakeSecretsManager secrets;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final List<String> grants = new CopyOnWriteArrayList<>();
  private volatile String token = "";
  private volatile Duration life = Duration.ofHours(1);

  FakeIdentities(FakeSecretsManager secrets) {
    this.secrets = secrets;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::sts);
    server.createContext("/v1/credentials", this::container);
    server.createContext("/silent", _ -> waitUntilClosed());
    server.start();
  }

  URI at(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  /** The one platform's token that is good from now on. */
  void accept(String platformsToken) {
    token = platformsToken;
  }

  /** How long what is given from now on is good. */
  void grantFor(Duration time) {
    life = time;
  }

  /** Who asked how, in order. */
  List<String> grants() {
    return grants;
  }

  private void sts(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, String> form = form(exchange);
      String action = form.getOrDefault("Action", "");
      boolean signed =
          header(exchange, "Authorization")
              .matches(
                  "AWS4-HMAC-SHA256 Credential=AKIA[A-Z0-9]+/[0-9]{8}/"
                      + FakeSecrets.REGION
                      + "/sts/aws4_request, SignedHeaders=.*host.*, Signature=[0-9a-f]{64}");
      boolean good =
          switch (action) {
            case "AssumeRole" -> signed && EXTERNAL_ID.equals(form.get("ExternalId"));
            case "AssumeRoleWithWebIdentity" ->
                header(exchange, "Authorization").isEmpty()
                    && token.equals(form.get("WebIdentityToken"));
            default -> false;
          };
      if (!good
          || !ROLE.equals(form.get("RoleArn"))
          || !form.getOrDefault("RoleSessionName", "").matches("[\\w+=,.@-]{2,64}")) {
        send(
            exchange,
            403,
            "text/xml",
            "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>"
                + "<Message>canary-of-a-body</Message></Error></ErrorResponse>");
        return;
      }
      String name = grant(action + " " + form.get("RoleSessionName"));
      send(
          exchange,
          200,
          "text/xml",
          """
          <%1$sResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><%1$sResult>
          <Credentials><AccessKeyId>%2$s</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
          <SessionToken>session-%2$s</SessionToken><Expiration>%3$s</Expiration></Credentials>
          </%1$sResult></%1$sResponse>
          """
              .formatted(action, name, end()));
    }
  }

  private void container(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!exchange.getRequestMethod().equals("GET")
          || !header(exchange, "Authorization").equals(token)) {
        send(exchange, 401, "application/json", "{\"message\":\"canary-of-a-body\"}");
        return;
      }
      String name = grant("container");
      send(
          exchange,
          200,
          "application/json",
          """
          {"AccessKeyId":"%1$s","SecretAccessKey":"s","Token":"session-%1$s","Expiration":"%2$s"}
          """
              .formatted(name, end()));
    }
  }

  private String grant(String how) {
    grants.add(how);
    String name = "ASIA%016d".formatted(grants.size());
    secrets.forgetSessions();
    secrets.admit(name, "session-" + name, Surroundings.policy("aws-rotator.json"));
    return name;
  }

  private String end() {
    return Instant.now().plus(life).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private void waitUntilClosed() {
    try {
      closing.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Map<String, String> form(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    return Arrays.stream(body.split("&", -1))
        .map(pair -> pair.split("=", 2))
        .filter(pair -> pair.length == 2)
        .collect(
            Collectors.toMap(
                pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
  }

  private static String header(HttpExchange exchange, String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  private static void send(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
