package dev.postern.sidecar.server;

import dev.postern.consumer.AckMode;
import dev.postern.sidecar.http.BadRequestException;
import dev.postern.sidecar.http.ConnectionHandler;
import dev.postern.sidecar.http.Exchange;
import dev.postern.sidecar.http.Limits;
import dev.postern.sidecar.http.Peer;
import dev.postern.sidecar.http.Problem;
import dev.postern.sidecar.http.Reply;
import dev.postern.sidecar.http.RequestTarget;
import dev.postern.sidecar.http.Route;
import dev.postern.time.DurationText;
import io.netty.handler.codec.http.HttpMethod;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One connection to the socket of local programs: finds what is asked for, and whether it may. */
final class SocketHandler implements ConnectionHandler {
  private static final Reply DENIED =
      Reply.problem(
          Problem.DENIED,
          "your user and group may not read this: ask for a line in the secret's allow list");
  private static final Reply UNKNOWN_PATH =
      Reply.problem(Problem.UNKNOWN_PATH, "the paths here start with /v1/secrets or /v1/watch");
  private static final String READ = "GET, HEAD";

  private final SocketServer.Services services;
  private final Map<String, ServedSecret> secrets;
  private final Limits limits;
  private final Peer peer;
  private final Consumer<SocketServer.WatchRequest> watches;
  private final ConsumerSession session;
  private final SecretAnswers answers;

  // The last question that was allowed: most connections ask the same thing again and again.
  private String lastUri = "";
  private SecretAnswers.@Nullable Question lastQuestion;

  SocketHandler(
      SocketServer.Services services,
      Map<String, ServedSecret> secrets,
      Limits limits,
      Peer peer,
      Consumer<SocketServer.WatchRequest> watches) {
    this.services = services;
    this.secrets = secrets;
    this.limits = limits;
    this.peer = peer;
    this.watches = watches;
    this.session = new ConsumerSession(services, peer);
    this.answers = new SecretAnswers(session);
  }

  @Override
  public void handle(Exchange exchange) {
    SecretAnswers.Question again = lastQuestion;
    if (again != null && isRead(exchange) && exchange.uri().equals(lastUri)) {
      answers.answer(exchange, again);
      return;
    }
    try {
      route(exchange, RequestTarget.parse(exchange.uri()));
    } catch (BadRequestException e) {
      exchange.respond(e.toReply());
    }
  }

  @Override
  public void closed() {
    session.close();
  }

  private void route(Exchange exchange, RequestTarget target) {
    if (target.starts("v1", "watch") && target.size() == 2) {
      exchange.route(Route.WATCH);
      watch(exchange, target);
    } else if (target.starts("v1", "secrets") && target.size() == 2) {
      exchange.route(Route.LIST);
      list(exchange);
    } else if (target.starts("v1", "secrets") && target.size() <= 4) {
      exchange.route(target.size() == 3 ? Route.SECRET : Route.FIELD);
      Optional<ServedSecret> secret =
          allowed(exchange, target.segment(2), action(exchange, target));
      if (secret.isPresent()) {
        oneSecret(exchange, target, secret.get());
      }
    } else {
      exchange.respond(UNKNOWN_PATH);
    }
  }

  private void oneSecret(Exchange exchange, RequestTarget target, ServedSecret secret) {
    String last = target.size() == 4 ? target.segment(3) : null;
    HttpMethod method = exchange.method();
    if ("ack".equals(last) && method.equals(HttpMethod.PUT)) {
      exchange.route(Route.ACK);
      session.acknowledge(exchange, secret);
    } else if ("rejected".equals(last) && method.equals(HttpMethod.POST)) {
      exchange.route(Route.REJECTED);
      session.reject(exchange, secret);
    } else if (last != null && isAction(last) && !hasField(secret, last)) {
      refuseMethod(exchange, last.equals("ack") ? "PUT" : "POST");
    } else if (isRead(exchange)) {
      Duration wait = target.one("wait").map(text -> duration(text)).orElse(null);
      if (wait != null && wait.compareTo(limits.longestWait()) > 0) {
        wait = limits.longestWait();
      }
      var question = new SecretAnswers.Question(secret, last, wait, ackMode(target));
      lastUri = exchange.uri();
      lastQuestion = question;
      answers.answer(exchange, question);
    } else {
      refuseMethod(exchange, READ);
    }
  }

  /**
   * A peer may ask for more than the config does: that what it fetches counts only once it says so.
   */
  private static @Nullable AckMode ackMode(RequestTarget target) {
    Optional<String> mode = target.one("ack");
    if (mode.isPresent() && !mode.get().equals("explicit")) {
      throw new BadRequestException("the parameter ack can only be explicit");
    }
    return mode.isPresent() ? AckMode.EXPLICIT : null;
  }

  private static Duration duration(String text) {
    return DurationText.parse(text)
        .orElseThrow(
            () -> new BadRequestException("wait is not a duration: " + DurationText.ADVICE));
  }

  /** What somebody wants who may not have it. */
  private static String action(Exchange exchange, RequestTarget target) {
    String last = target.size() == 4 ? target.segment(3) : "";
    if (last.equals("ack") && exchange.method().equals(HttpMethod.PUT)) {
      return "ack";
    }
    return last.equals("rejected") && exchange.method().equals(HttpMethod.POST) ? "reject" : "read";
  }

  private static boolean isAction(String segment) {
    return segment.equals("ack") || segment.equals("rejected");
  }

  /** A secret of kind {@code static} may have a field of any name. */
  private static boolean hasField(ServedSecret secret, String name) {
    return secret.served().map(served -> served.fields().names().contains(name)).orElse(false);
  }

  private void list(Exchange exchange) {
    if (!isRead(exchange)) {
      refuseMethod(exchange, READ);
      return;
    }
    Instant now = services.time().instant();
    List<ServedSecret> readable = readable();
    if (readable.isEmpty()) {
      Audit.denied(peer, "list", "*", "");
    } else {
      Audit.allowed(peer, "list", "*", "");
    }
    exchange.respond(
        Reply.json(
            200,
            readable.stream()
                .map(secret -> SecretSummary.of(secret.definition(), secret.state(), now))
                .toList()));
  }

  private void watch(Exchange exchange, RequestTarget target) {
    if (!exchange.method().equals(HttpMethod.GET)) {
      refuseMethod(exchange, "GET");
      return;
    }
    List<String> names = target.all("name");
    Set<ServedSecret> wanted = new LinkedHashSet<>();
    for (String name : names) {
      Optional<ServedSecret> secret = allowed(exchange, name, "watch");
      if (secret.isEmpty()) {
        return;
      }
      wanted.add(secret.get());
    }
    if (names.isEmpty()) {
      wanted.addAll(readable());
    }
    if (wanted.isEmpty()) {
      deny(exchange, "watch", "*", null);
    } else {
      wanted.forEach(secret -> session.audit("watch", secret));
      session.watches(wanted);
      watches.accept(new SocketServer.WatchRequest(exchange, wanted));
    }
  }

  private List<ServedSecret> readable() {
    return secrets.values().stream().filter(this::mayRead).toList();
  }

  private boolean mayRead(ServedSecret secret) {
    return services.policy().mayRead(secret.definition().name(), peer);
  }

  /** The secret if the peer may read it; otherwise answers, without telling whether it exists. */
  private Optional<ServedSecret> allowed(Exchange exchange, String name, String action) {
    ServedSecret secret = secrets.get(name);
    if (secret != null && mayRead(secret)) {
      return Optional.of(secret);
    }
    if (secret == null && services.policy().mayKnowNames(peer)) {
      exchange.respond(
          Reply.problem(
              Problem.UNKNOWN_SECRET, "the config has no such secret: list shows those it has"));
    } else {
      deny(exchange, action, name, secret);
    }
    return Optional.empty();
  }

  private void deny(Exchange exchange, String action, String asked, @Nullable ServedSecret secret) {
    Audit.denied(peer, action, asked, secret == null ? "" : secret.versionId());
    exchange.respond(DENIED);
  }

  private static boolean isRead(Exchange exchange) {
    return exchange.method().equals(HttpMethod.GET) || exchange.method().equals(HttpMethod.HEAD);
  }

  static void refuseMethod(Exchange exchange, String allowed) {
    exchange.respond(
        Reply.problem(Problem.METHOD_NOT_ALLOWED, "use " + allowed).with("Allow", allowed));
  }
}
