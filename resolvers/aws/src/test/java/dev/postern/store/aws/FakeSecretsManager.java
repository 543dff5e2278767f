package dev.postern.store.aws;

import com.fasterxml.jackson.jr.ob.JSON;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Secrets Manager on loopback, strict about what it is asked: signature scope, target, content
 * type, members and their types, and the policies of deploy/policies. Speaks plain HTTP.
 */
public final class FakeSecretsManager implements AutoCloseable {
  private static final String JSON_TYPE = "application/x-amz-json-1.1";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final FakeSecrets secrets = new FakeSecrets();
  private final Map<String, FakePrincipal> principals = new ConcurrentHashMap<>();
  private final List<String> actions = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile FakeFault fault = FakeFault.NONE;
  private volatile Optional<String> faultyAction = Optional.empty();
  private volatile Consumer<String> witness = _ -> {};
  private volatile FaultAfter faultAfter = new FaultAfter("", FakeFault.NONE);

  private record FaultAfter(String action, FakeFault fault) {}

  private FakeSecretsManager(HttpServer server) {
    this.server = server;
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public static FakeSecretsManager start() {
    try {
      return on(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static FakeSecretsManager on(HttpServer server) {
    return new FakeSecretsManager(server);
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public String region() {
    return FakeSecrets.REGION;
  }

  /** A long-term key with these rights. */
  public void admit(String accessKeyId, IamPolicy policy) {
    admit(accessKeyId, "", policy);
  }

  void admit(String accessKeyId, String sessionToken, IamPolicy policy) {
    principals.put(accessKeyId, new FakePrincipal(accessKeyId, sessionToken, policy));
  }

  void forget(String accessKeyId) {
    principals.remove(accessKeyId);
  }

  /** Refuses all keys that came with a session token. */
  void forgetSessions() {
    principals.values().removeIf(principal -> !principal.sessionToken().isEmpty());
  }

  /** Makes the text the current value, as a person does in the console. */
  public void seed(String name, String text) {
    secrets.seed(name, text);
  }

  public Optional<String> current(String name) {
    return value(name, Labels.CURRENT);
  }

  public Optional<String> value(String name, String label) {
    synchronized (secrets) {
      return secrets
          .secret(name)
          .holder(label)
          .flatMap(version -> Optional.ofNullable(version.text));
    }
  }

  /** All versions with their labels and values, and all tags, of all secrets, as one text. */
  public String snapshot() {
    return secrets.snapshot();
  }

  /** All labels that any version carries. */
  public List<String> labels(String name) {
    synchronized (secrets) {
      return secrets.secret(name).versions.values().stream()
          .flatMap(version -> version.labels.stream())
          .sorted()
          .toList();
    }
  }

  public Map<String, String> tags(String name) {
    synchronized (secrets) {
      return Map.copyOf(secrets.secret(name).tags);
    }
  }

  public void tag(String name, String key, String value) {
    synchronized (secrets) {
      secrets.secret(name).tags.put(key, value);
    }
  }

  /** From now on, whatever is asked. */
  public void fail(FakeFault with) {
    faultyAction = Optional.empty();
    faultAfter = new FaultAfter("", FakeFault.NONE);
    fault = with;
  }

  /** From now on, for one action. */
  public void fail(String action, FakeFault with) {
    faultyAction = Optional.of(action);
    fault = with;
  }

  /** From the moment when this action was done, whatever is asked; its own answer still comes. */
  public void failAfter(String action, FakeFault with) {
    faultAfter = new FaultAfter(action, with);
  }

  /** Called with the action of each request that was carried out, before its answer is sent. */
  public void beforeAnswers(Consumer<String> who) {
    witness = who;
  }

  /** What was asked, refused requests included; in order. */
  public List<String> actions() {
    return Collections.unmodifiableList(actions);
  }

  FakeSecrets secrets() {
    return secrets;
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String target =
          Optional.ofNullable(exchange.getRequestHeaders().getFirst("X-Amz-Target")).orElse("");
      String asked = target.substring(target.indexOf('.') + 1);
      actions.add(asked);
      FakeFault now =
          faultyAction.filter(action -> !action.equals(asked)).isPresent() ? FakeFault.NONE : fault;
      try {
        disturb(exchange, now);
        FakeRequest request = FakeRequest.of(exchange, body, principals);
        byte[] answer = JSON.std.asBytes(secrets.act(request.action(), request));
        witness.accept(request.action());
        if (request.action().equals(faultAfter.action())) {
          fail(faultAfter.fault());
        }
        if (now == FakeFault.CUT) {
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer, 0, answer.length / 2);
        } else {
          send(exchange, 200, answer);
        }
      } catch (FakeError e) {
        String text =
            JSON.std.asString(
                Map.of("__type", e.code(), "Message", String.valueOf(e.getMessage())));
        send(exchange, e.status(), text.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private void disturb(HttpExchange exchange, FakeFault now) throws IOException {
    switch (now) {
      case NONE, CUT -> {}
      case STALL -> pauseUntilClosed(Long.MAX_VALUE);
      case DRIP -> pour(exchange, new byte[] {' '}, 20);
      case ENDLESS -> {
        byte[] much = new byte[1 << 16];
        Arrays.fill(much, (byte) ' ');
        pour(exchange, much, 0);
      }
      case GARBAGE ->
          send(exchange, 200, "<html>canary-of-a-body</html>".getBytes(StandardCharsets.UTF_8));
      case THROTTLED -> {
        exchange.getResponseHeaders().add("Retry-After", "7");
        throw new FakeError("ThrottlingException", "Rate exceeded");
      }
      case FAILED -> throw new FakeError(500, "InternalServiceError", "canary-of-a-body");
      case EXPIRED ->
          throw new FakeError(
              "ExpiredTokenException", "The security token included in the request is expired");
    }
  }

  /** Until the client goes away or this server is closed. */
  private void pour(HttpExchange exchange, byte[] drop, long pause) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", JSON_TYPE);
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    out.write('{');
    while (!pauseUntilClosed(pause)) {
      out.write(drop);
      out.flush();
    }
  }

  private boolean pauseUntilClosed(long milliseconds) {
    try {
      return closing.await(milliseconds, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", JSON_TYPE);
    exchange.getResponseHeaders().add("x-amzn-RequestId", "00000000-0000-0000-0000-000000000000");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}
