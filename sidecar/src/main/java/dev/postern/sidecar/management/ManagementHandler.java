package dev.postern.sidecar.management;

import dev.postern.sidecar.http.ConnectionHandler;
import dev.postern.sidecar.http.Exchange;
import dev.postern.sidecar.http.Pending;
import dev.postern.sidecar.http.Problem;
import dev.postern.sidecar.http.Reply;
import dev.postern.sidecar.http.Route;
import dev.postern.sidecar.metrics.PosternMetrics;
import io.netty.handler.codec.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The four paths of the management server. Has no state, so all connections share it. */
final class ManagementHandler implements ConnectionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ManagementHandler.class);

  /** A scrape that nobody waits for any more ends by itself. */
  private static final Pending ENDS_BY_ITSELF =
      new Pending() {
        @Override
        public void connectionClosed() {}

        @Override
        public void serverStopping() {}
      };

  private final PosternMetrics metrics;
  private final HealthReport health;

  ManagementHandler(PosternMetrics metrics, HealthReport health) {
    this.metrics = metrics;
    this.health = health;
  }

  @Override
  public void handle(Exchange exchange) {
    HttpMethod method = exchange.method();
    if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
      exchange.respond(
          Reply.problem(Problem.METHOD_NOT_ALLOWED, "use GET or HEAD").with("Allow", "GET, HEAD"));
      return;
    }
    String uri = exchange.uri();
    int query = uri.indexOf('?');
    switch (query < 0 ? uri : uri.substring(0, query)) {
      case "/metrics" -> scrape(exchange);
      // That the event loop answers is what there is to know.
      case "/health/live" -> health(exchange, new HealthReport.Answer(true, Map.of(), Map.of()));
      case "/health/ready" -> health(exchange, health.ready());
      case "/health/startup" -> health(exchange, health.startup());
      default ->
          exchange.respond(
              Reply.problem(
                  Problem.UNKNOWN_PATH,
                  "the paths here are /metrics, /health/live, /health/ready, /health/startup"));
    }
  }

  private static void health(Exchange exchange, HealthReport.Answer answer) {
    exchange.route(Route.HEALTH);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("status", answer.well() ? "up" : "down");
    if (!answer.secrets().isEmpty()) {
      json.put("secrets", answer.secrets());
    }
    if (!answer.stores().isEmpty()) {
      json.put("stores", answer.stores());
    }
    exchange.respond(Reply.json(answer.well() ? 200 : 503, json));
  }

  /** Text for many meters takes milliseconds, which the event loop has better use for. */
  private void scrape(Exchange exchange) {
    exchange.route(Route.METRICS);
    exchange.hold(ENDS_BY_ITSELF);
    Thread.ofVirtual()
        .name("scrape")
        .start(
            () -> {
              Reply reply = scraped();
              exchange.resume(() -> exchange.respond(reply));
            });
  }

  private Reply scraped() {
    try {
      return Reply.of(
          200, PosternMetrics.CONTENT_TYPE, metrics.scrape().getBytes(StandardCharsets.UTF_8));
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("the metrics could not be collected");
      return Reply.problem(Problem.INTERNAL, "see the agent's log");
    }
  }
}
