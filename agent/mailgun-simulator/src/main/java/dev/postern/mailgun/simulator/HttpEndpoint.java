package dev.postern.mailgun.simulator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP side: reads a request, lets its fault happen, and answers. */
final class HttpEndpoint implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpEndpoint.class);
  private static final String FAULTS_PATH = "/simulator/faults";

  private final Account account;
  private final Faults faults;
  private final CallBudget budget;
  private final Optional<FaultsApi> faultsApi;
  private final Gate gate;
  private final Service service;
  private final HttpServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closing = new CountDownLatch(1);

  HttpEndpoint(Account account, Faults faults, CallBudget budget, int port, boolean faultsOverHttp)
      throws IOException {
    this.account = account;
    this.faults = faults;
    this.budget = budget;
    faultsApi = faultsOverHttp ? Optional.of(new FaultsApi(faults)) : Optional.empty();
    gate = new Gate(account);
    service = new Service(account);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(executor);
    server.createContext("/", this::handle);
    server.start();
  }

  URI baseUri() {
    InetSocketAddress address = server.getAddress();
    return URI.create("http://" + address.getAddress().getHostAddress() + ":" + address.getPort());
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    executor.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Optional<Answer> answer = answer(exchange);
      if (answer.isPresent()) {
        write(exchange, answer.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** None when the answer is to be lost: closing the exchange then closes the connection. */
  private Optional<Answer> answer(HttpExchange exchange) throws IOException, InterruptedException {
    try {
      String path = exchange.getRequestURI().getRawPath();
      String method = exchange.getRequestMethod();
      if (faultsApi.isPresent() && FAULTS_PATH.equals(path)) {
        return Optional.of(faultsApi.get().answer(exchange));
      }
      Optional<Route> route = Route.of(method, path);
      if (route.isEmpty()) {
        return Optional.of(
            Route.known(path)
                ? Answer.message(405, "Method Not Allowed")
                : Answer.message(404, "Not Found"));
      }
      HttpRequest request = HttpRequest.read(route.get(), exchange);
      Optional<Duration> stayAway = budget.spend(request.operation());
      if (stayAway.isPresent()) {
        return Optional.of(throttled(request.operation(), new Fault.Throttled(stayAway.get())));
      }
      return answer(request, faults.next(request.operation()));
    } catch (Refusal refusal) {
      return Optional.of(refusal.answer());
    }
  }

  private Optional<Answer> answer(HttpRequest request, Optional<Fault> fault)
      throws InterruptedException {
    return switch (fault.orElse(null)) {
      case null -> Optional.of(perform(request, fault));
      case Fault.Status(int status, String body) -> Optional.of(Answer.raw(status, body));
      case Fault.Throttled throttled -> Optional.of(throttled(request.operation(), throttled));
      case Fault.Disabled disabled -> Optional.of(perform(request, Optional.of(disabled)));
      case Fault.AnswerLost _ -> {
        perform(request, fault);
        yield Optional.empty();
      }
      case Fault.Delay(Duration duration) -> {
        Answer late = perform(request, fault);
        boolean ended = closing.await(duration.toNanos(), TimeUnit.NANOSECONDS);
        yield ended ? Optional.empty() : Optional.of(late);
      }
      case Fault.KeyLimit _, Fault.RevocationLag _, Fault.SourceRefused _ ->
          Optional.of(perform(request, fault));
    };
  }

  private Answer perform(HttpRequest request, Optional<Fault> fault) {
    try {
      boolean sourceRefused = fault.orElse(null) instanceof Fault.SourceRefused;
      SimulatedKey caller = gate.admit(request, sourceRefused);
      if (fault.orElse(null) instanceof Fault.Disabled disabled) {
        throw new Refusal(403, disabled.text());
      }
      return service.perform(new Call(request, request.form(), caller, fault));
    } catch (Refusal refusal) {
      return refusal.answer();
    } catch (RuntimeException e) {
      LOG.atError()
          .addKeyValue("operation", request.operation().label())
          .setCause(e)
          .log("the mailgun simulator failed at a call");
      return Answer.message(500, "Internal Server Error");
    }
  }

  private Answer throttled(Operation operation, Fault.Throttled throttled) {
    long seconds = Math.max(1, throttled.resetAfter().toSeconds());
    Answer answer =
        operation.onDomains()
            ? Answer.json(429, Json.of("retry-seconds", seconds))
            : Answer.message(429, "limit exceeded, try again after " + seconds + " seconds");
    Fault.Throttled.Told told = throttled.told();
    if (told == Fault.Throttled.Told.RATE_LIMIT_RESET || told == Fault.Throttled.Told.BOTH) {
      answer.with(
          "X-RateLimit-Reset", Long.toString(account.now().plusSeconds(seconds).getEpochSecond()));
    }
    if (told == Fault.Throttled.Told.RETRY_AFTER || told == Fault.Throttled.Told.BOTH) {
      answer.with("Retry-After", Long.toString(seconds));
    }
    return answer;
  }

  private static void write(HttpExchange exchange, Answer answer) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", answer.contentType());
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    byte[] body = answer.body();
    exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }
}
