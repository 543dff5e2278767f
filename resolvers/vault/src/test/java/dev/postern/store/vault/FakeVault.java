package dev.postern.store.vault;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.ParseException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * A strict Vault on the loopback address, that answers as the observed server does and enforces
 * policies as they are in {@code deploy/policies}. Mounted are KV version 2 at {@code secret} and
 * version 1 at {@code kv1}.
 */
public final class FakeVault implements AutoCloseable {
  private static final byte[] FILLER = new byte[64 << 10];

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final FakeKv kv;
  private final FakeKv unversioned;
  private final FakeTokens tokens;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private volatile State state = State.ACTIVE;
  private volatile Predicate<String> troubled = _ -> false;
  private volatile Fault fault = Fault.STALL;
  private volatile Optional<String> namespace = Optional.empty();
  private volatile Consumer<String> witness = _ -> {};
  private volatile boolean tellsInvalidTokens;
  private volatile boolean patches = true;

  /** What the node says of itself. */
  public enum State {
    ACTIVE(200),
    STANDBY_WITHOUT_ACTIVE(429),
    UNINITIALISED(501),
    SEALED(503);

    final int health;

    State(int health) {
      this.health = health;
    }
  }

  /** What can go wrong with an answer. */
  public enum Fault {
    STALL,
    CUT,
    ENDLESS,
    GARBAGE,
    PAGE_OF_A_PROXY,
    RATE_LIMIT,
    INTERNAL_ERROR,
    REDIRECT,
    /** The request is carried out, and its answer lost. */
    ANSWER_LOST
  }

  private FakeVault(HttpServer server, InstantSource clock) {
    this.server = server;
    this.kv = new FakeKv(clock);
    this.unversioned = new FakeKv(clock);
    this.tokens = new FakeTokens(clock);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public static FakeVault start() {
    return start(InstantSource.system());
  }

  static FakeVault start(InstantSource clock) {
    try {
      return new FakeVault(HttpServer.create(loopback(), 0), clock);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Over TLS. */
  public static FakeVault start(SSLContext tls) {
    return start(InstantSource.system(), tls, false);
  }

  static FakeVault start(InstantSource clock, SSLContext tls, boolean clientCertificate) {
    try {
      HttpsServer server = HttpsServer.create(loopback(), 0);
      server.setHttpsConfigurator(
          new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
              SSLParameters settings = getSSLContext().getDefaultSSLParameters();
              settings.setNeedClientAuth(clientCertificate);
              parameters.setSSLParameters(settings);
            }
          });
      return new FakeVault(server, clock);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI uri() {
    String scheme = server instanceof HttpsServer ? "https" : "http";
    return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Writes a secret at {@code secret} as a person does. */
  public void put(String path, Map<String, String> fields) {
    JsonObject members = new JsonObject();
    fields.forEach(members::add);
    kv.put(path, members);
  }

  /** A field of the newest version; empty when it was deleted or destroyed, too. */
  public Optional<String> value(String path, String field) {
    return Optional.ofNullable(kv.value(path)).map(value -> value.getString(field));
  }

  /** The custom metadata of a secret, one of them. */
  public Optional<String> annotation(String path, String key) {
    return Optional.ofNullable(kv.annotation(path, key));
  }

  /** Lets an AppRole in, with the rights of a policy file and a lease of its tokens. */
  public void admit(String roleId, String secretId, Path policy, Duration lease) {
    tokens.appRole(
        roleId,
        secretId,
        new FakeTokens.Role(FakePolicy.read(policy), lease, Duration.ofDays(1), true));
  }

  /** Everything that is kept at {@code secret}, values and versions and metadata, as one text. */
  public String snapshot() {
    return kv.snapshot();
  }

  FakeKv kv() {
    return kv;
  }

  FakeKv unversioned() {
    return unversioned;
  }

  FakeTokens tokens() {
    return tokens;
  }

  /** Method and path of every request so far. */
  public List<String> requests() {
    return requests;
  }

  public void becomes(State next) {
    state = next;
  }

  /** From now on, requests whose method and path the predicate takes go wrong. */
  public void breaks(Fault kind, Predicate<String> which) {
    fault = kind;
    troubled = which;
  }

  /**
   * Called with method and path of each request that was carried out, before its answer is sent.
   */
  public void beforeAnswers(Consumer<String> who) {
    witness = who;
  }

  public void heals() {
    troubled = _ -> false;
  }

  void demandsNamespace(String name) {
    namespace = Optional.of(name);
  }

  /** As newer servers do. */
  void tellsInvalidTokens() {
    tellsInvalidTokens = true;
  }

  void knowsNoPatch() {
    patches = false;
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String request = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
      requests.add(request);
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (!troubled.test(request)) {
        FakeAnswer answer = answer(exchange, body);
        if (answer.status() < 300) {
          witness.accept(request);
        }
        send(exchange, answer);
      } else {
        if (fault == Fault.ANSWER_LOST) {
          answer(exchange, body);
        }
        spoil(exchange, fault);
      }
    }
  }

  private FakeAnswer answer(HttpExchange exchange, byte[] body) {
    String path = exchange.getRequestURI().getPath();
    if (!path.startsWith("/v1/") || path.contains("//")) {
      return FakeAnswer.error(404);
    }
    String route = path.substring("/v1/".length());
    if (route.equals("sys/health")) {
      return new FakeAnswer(state.health, "{\"initialized\":true}", Map.of());
    }
    if (state == State.STANDBY_WITHOUT_ACTIVE) {
      return FakeAnswer.error(500, "local node not active but active cluster node not found");
    }
    if (state != State.ACTIVE) {
      return FakeAnswer.error(503, "Vault is sealed");
    }
    if (!"true".equals(exchange.getRequestHeaders().getFirst("X-Vault-Request"))) {
      return FakeAnswer.error(412, "required request header is missing");
    }
    if (namespace.isPresent()
        && !namespace.get().equals(exchange.getRequestHeaders().getFirst("X-Vault-Namespace"))) {
      return FakeAnswer.error(403, "permission denied");
    }
    Optional<JsonObject> json = json(body);
    if (body.length > 0 && json.isEmpty()) {
      return FakeAnswer.error(400, "error parsing JSON");
    }
    return routed(exchange, route, json.orElseGet(JsonObject::new));
  }

  private FakeAnswer routed(HttpExchange exchange, String route, JsonObject body) {
    String method = exchange.getRequestMethod();
    String token = exchange.getRequestHeaders().getFirst("X-Vault-Token");
    if (route.equals("sys/wrapping/unwrap")) {
      return tokens.unwrap(token);
    }
    if (route.matches("auth/[a-z0-9-]+/login") && method.equals("POST")) {
      return tokens.login(route.split("/", -1)[1], body);
    }
    Optional<FakePolicy> policy = tokens.policy(token);
    if (policy.isEmpty()) {
      return tellsInvalidTokens
          ? FakeAnswer.error(
              403, "2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n")
          : FakeAnswer.error(403, "permission denied");
    }
    if (!policy.get().allows(route, capability(method, route))) {
      return FakeAnswer.error(403, "1 error occurred:\n\t* permission denied\n\n");
    }
    if (method.equals("PATCH")) {
      if (!patches) {
        return FakeAnswer.error(405, "unsupported operation");
      }
      if (!"application/merge-patch+json"
          .equals(exchange.getRequestHeaders().getFirst("Content-Type"))) {
        return FakeAnswer.error(415, "PATCH requires Content-Type of application/merge-patch+json");
      }
    }
    return switch (method + " " + route) {
      case "GET auth/token/lookup-self" -> tokens.lookup(token);
      case "POST auth/token/renew-self" -> tokens.renew(token);
      case "POST sys/capabilities-self" -> policy.get().capabilities(body.get("paths"));
      default -> engine(method, route, exchange.getRequestURI().getQuery(), body);
    };
  }

  private FakeAnswer engine(String method, String route, @Nullable String query, JsonObject body) {
    String[] parts = route.split("/", 3);
    if (parts[0].equals("kv1") && method.equals("GET")) {
      return unversionedRead(route.substring("kv1/".length()));
    }
    if (!parts[0].equals("secret")) {
      return FakeAnswer.error(
          404, "no handler for route \"" + route + "\". route entry not found.");
    }
    String version = query == null ? null : query.replaceFirst("^version=", "");
    return switch (method + " " + parts[1]) {
      case "GET data" -> kv.read(parts[2], version);
      case "POST data" -> kv.write(parts[2], body);
      case "POST destroy" -> kv.destroy(parts[2], body);
      case "GET metadata" -> kv.metadata(parts[2]);
      case "POST metadata" -> kv.annotate(parts[2], body, false);
      case "PATCH metadata" -> kv.annotate(parts[2], body, true);
      default -> FakeAnswer.warning(404, "Invalid path for a versioned K/V secrets engine.");
    };
  }

  private FakeAnswer unversionedRead(String path) {
    JsonObject value = unversioned.value(path);
    return value == null ? FakeAnswer.error(404) : FakeAnswer.of(200, value);
  }

  private String capability(String method, String route) {
    return switch (method) {
      case "GET" -> "read";
      case "PATCH" -> "patch";
      case "POST" ->
          route.startsWith("secret/data/") && !kv.exists(route.substring("secret/data/".length()))
              ? "create"
              : "update";
      default -> method.toLowerCase(Locale.ROOT);
    };
  }

  private void spoil(HttpExchange exchange, Fault kind) throws IOException {
    switch (kind) {
      case STALL, ANSWER_LOST -> await();
      case CUT -> {
        exchange.sendResponseHeaders(200, 1000);
        exchange.getResponseBody().write("{\"data\":{".getBytes(StandardCharsets.UTF_8));
      }
      case ENDLESS -> {
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        while (closing.getCount() > 0) {
          out.write(FILLER);
        }
      }
      case GARBAGE -> send(exchange, new FakeAnswer(200, "\u0000{]garbage", Map.of()));
      case PAGE_OF_A_PROXY ->
          send(exchange, new FakeAnswer(404, "<html>default backend</html>", Map.of()));
      case RATE_LIMIT ->
          send(
              exchange,
              FakeAnswer.error(429, "request path \"x\": rate limit quota exceeded")
                  .with("Retry-After", "7"));
      case INTERNAL_ERROR -> send(exchange, FakeAnswer.error(500, "internal error"));
      case REDIRECT ->
          send(exchange, new FakeAnswer(307, "", Map.of("Location", "http://127.0.0.1:1/v1/x")));
    }
  }

  private void await() {
    try {
      closing.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, FakeAnswer answer) throws IOException {
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  private static Optional<JsonObject> json(byte[] body) {
    try {
      return Optional.of(Json.parse(new String(body, StandardCharsets.UTF_8)).asObject());
    } catch (ParseException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }
}
