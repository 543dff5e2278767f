package dev.postern.store.conjur.fake;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A strict Conjur on the loopback address: https, tokens that end, rights from policy files, and
 * faults. What it keeps outlives {@link #stop} and {@link #start}.
 */
public final class FakeConjur implements AutoCloseable {
  public static final String ACCOUNT = "acme";

  /** Below a path, as behind a proxy. */
  private static final String PREFIX = "/api";

  private static final int BACKLOG = 128;

  /** What came on a route, and what is to happen to what comes next. */
  private static final class Traffic {
    final AtomicInteger count = new AtomicInteger();
    final Deque<Fault> faults = new ArrayDeque<>();
    final Deque<Runnable> before = new ArrayDeque<>();
  }

  private final Policy policy = new Policy();
  private final FakeTokens tokens = new FakeTokens();
  private final FakeVariables variables = new FakeVariables();
  private final FakeApi api = new FakeApi(ACCOUNT, policy, tokens, variables);
  private final Map<Route, Traffic> traffic = new EnumMap<>(Route.class);
  private final Certificates certificates;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile Consumer<Route> witness = _ -> {};
  private CountDownLatch stalled = new CountDownLatch(1);
  private @Nullable HttpsServer server;
  private int port;

  private FakeConjur(Certificates certificates) {
    this.certificates = certificates;
    for (Route each : Route.values()) {
      traffic.put(each, new Traffic());
    }
  }

  /** Running, with no policy loaded. */
  public static FakeConjur create() {
    return create(Certificates.own());
  }

  /** With a certificate of the right names by somebody else than {@link #writeCa} says. */
  public static FakeConjur ofStranger() {
    return create(Certificates.strangers());
  }

  /** With a certificate for a server elsewhere. */
  public static FakeConjur ofAnotherName() {
    return create(Certificates.otherName());
  }

  private static FakeConjur create(Certificates certificates) {
    FakeConjur fake = new FakeConjur(certificates);
    fake.start();
    return fake;
  }

  /** At the same address as before. */
  public synchronized void start() {
    try {
      HttpsServer made =
          HttpsServer.create(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
      made.setHttpsConfigurator(new HttpsConfigurator(certificates.context()));
      made.setExecutor(threads);
      made.createContext("/", this::handle);
      made.start();
      port = made.getAddress().getPort();
      stalled = new CountDownLatch(1);
      server = made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Nobody answers at its address any more. */
  public synchronized void stop() {
    stalled.countDown();
    if (server != null) {
      server.stop(0);
      server = null;
    }
  }

  public synchronized URI url() {
    return URI.create("https://127.0.0.1:" + port + PREFIX);
  }

  /** Writes the authority that should have signed its certificate into the folder. */
  public Path writeCa(Path folder) {
    Certificates trusted =
        certificates == Certificates.strangers() ? Certificates.own() : certificates;
    return write(folder.resolve("conjur-ca.pem"), trusted.pem());
  }

  /** Writes a host's API key into the folder, with the newline that such files have. */
  public Path writeKey(Path folder, String login) {
    return write(folder.resolve(login.replace('/', '-') + ".key"), tokens.keyOf(login) + "\n");
  }

  public String keyOf(String login) {
    return tokens.keyOf(login);
  }

  /** Loads a policy on top of what was loaded before. */
  public synchronized void load(String yaml) {
    policy.load(yaml);
  }

  /**
   * Loads the delivered policy files for a secret of the policy {@code mail}.
   *
   * @param secret what takes the place of the one that the files name
   */
  public void loadDelivered(String secret) {
    DeliveredPolicies.of(secret).forEach(this::load);
  }

  /** As a person with all rights would write it. */
  public void write(String id, String text) {
    writeBytes(id, text.getBytes(StandardCharsets.UTF_8));
  }

  public synchronized void writeBytes(String id, byte[] value) {
    if (!policy.hasVariable(id)) {
      throw new IllegalArgumentException("no policy makes variable " + id);
    }
    variables.write(id, value);
  }

  /** As a person with all rights would read it. */
  public Optional<String> value(String id) {
    return variables.read(id).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  /** All values of all variables, by their numbers, as one text. */
  public String snapshot() {
    return variables.snapshot();
  }

  public int newestVersion(String id) {
    return variables.newest(id);
  }

  /** The next so many requests of this kind go wrong in this way. */
  public synchronized void fail(Route route, Fault fault, int times) {
    for (int i = 0; i < times; i++) {
      traffic(route).faults.add(fault);
    }
  }

  /** Runs when the next request of this kind has come, before it is answered. */
  public synchronized void beforeNext(Route route, Runnable act) {
    traffic(route).before.add(act);
  }

  /** Called for each request that was carried out, before its answer is sent. */
  public void beforeAnswers(Consumer<Route> who) {
    witness = who;
  }

  /** How many requests of this kind have come. */
  public int count(Route route) {
    return traffic(route).count.get();
  }

  public int countAll() {
    return traffic.values().stream().mapToInt(each -> each.count.get()).sum();
  }

  /** Gives the host another API key; tokens that were given for the old one stay good. */
  public void rotateKey(String login) {
    tokens.rotateKey(login);
  }

  /** A platform's token that the authenticator takes for this host. */
  public void acceptPlatformToken(String serviceId, String jwt, String login) {
    tokens.acceptPlatformToken(serviceId, jwt, login);
  }

  /** How long tokens that are given from now on are good. */
  public void letTokensLive(Duration time) {
    tokens.live(time.toSeconds());
  }

  /** Refuses all tokens that were given until now. */
  public void expireTokens() {
    tokens.expireAll();
  }

  public synchronized void revoke(String login, String privilege, String variable) {
    policy.revoke(login, privilege, variable);
  }

  public synchronized void deleteHost(String login) {
    policy.deleteHost(login);
  }

  /** As an administrator may: a list of more than this is refused. */
  public void limitPages(int longest) {
    api.limitPages(longest);
  }

  private Traffic traffic(Route route) {
    return Optional.ofNullable(traffic.get(route)).orElseThrow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      FakeRequest request = FakeRequest.of(exchange, PREFIX);
      Optional<Route> route = FakeApi.route(request);
      if (route.isEmpty()) {
        send(exchange, FakeReply.html(404));
        return;
      }
      traffic(route.get()).count.incrementAndGet();
      Fault fault = next(route.get());
      if (fault == null) {
        FakeReply reply = answer(route.get(), request);
        if (reply.status() < 300) {
          witness.accept(route.get());
        }
        send(exchange, reply);
      } else {
        fail(exchange, fault, route.get(), request);
      }
    }
  }

  private synchronized FakeReply answer(Route route, FakeRequest request) {
    return api.answer(route, request);
  }

  private @Nullable Fault next(Route route) {
    Runnable act;
    Fault fault;
    synchronized (this) {
      act = traffic(route).before.poll();
      fault = traffic(route).faults.poll();
    }
    if (act != null) {
      act.run();
    }
    return fault;
  }

  private void fail(HttpExchange exchange, Fault fault, Route route, FakeRequest request)
      throws IOException {
    switch (fault) {
      case STALL -> waitForTheEnd();
      case CUT -> {
        exchange.sendResponseHeaders(200, 1000);
        exchange.getResponseBody().write("{\"canary-of-a-body\":".getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
      }
      case ENDLESS -> {
        exchange.sendResponseHeaders(200, 0);
        byte[] more = "x".repeat(8192).getBytes(StandardCharsets.UTF_8);
        while (stalled.getCount() > 0) {
          exchange.getResponseBody().write(more);
        }
      }
      case GARBAGE -> send(exchange, FakeReply.text(200, "<html>canary-of-a-body"));
      case THROTTLE ->
          send(exchange, FakeReply.text(429, "canary-of-a-body").with("Retry-After", "7"));
      case ERROR_500 -> send(exchange, FakeReply.html(500));
      case ERROR_500_AFTER -> {
        answer(route, request);
        send(exchange, FakeReply.html(500));
      }
      case NOT_HERE_404 -> send(exchange, FakeReply.html(404));
      case REDIRECT_302 ->
          send(exchange, FakeReply.html(302).with("Location", "https://example.com/"));
    }
  }

  private void waitForTheEnd() {
    CountDownLatch end;
    synchronized (this) {
      end = stalled;
    }
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, FakeReply reply) throws IOException {
    if (!reply.type().isEmpty()) {
      exchange.getResponseHeaders().set("Content-Type", reply.type());
    }
    reply.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
    exchange.sendResponseHeaders(
        reply.status(), reply.body().length == 0 ? -1 : reply.body().length);
    if (reply.body().length > 0) {
      exchange.getResponseBody().write(reply.body());
    }
  }

  private static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    stop();
    threads.shutdownNow();
  }
}
