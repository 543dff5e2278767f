package dev.postern.sidecar.server;

import dev.postern.sidecar.http.BadRequestException;
import dev.postern.sidecar.http.ConnectionHandler;
import dev.postern.sidecar.http.Exchange;
import dev.postern.sidecar.http.Pending;
import dev.postern.sidecar.http.Problem;
import dev.postern.sidecar.http.Reply;
import dev.postern.sidecar.http.RequestTarget;
import io.netty.handler.codec.http.HttpMethod;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to the admin socket: what it asks for may block, so other threads do it. */
final class AdminHandler implements ConnectionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(AdminHandler.class);
  private static final Reply DENIED =
      Reply.problem(
          Problem.DENIED, "your user may not administer this agent: see the admin allow list");

  /** What is asked for is done even when nobody waits for the answer any more. */
  private static final Pending GOES_ON =
      new Pending() {
        @Override
        public void connectionClosed() {}

        @Override
        public void serverStopping() {}
      };

  private final AdminRequests requests;
  private final AccessPolicy policy;

  AdminHandler(AdminRequests requests, AccessPolicy policy) {
    this.requests = requests;
    this.policy = policy;
  }

  @Override
  public void handle(Exchange exchange) {
    if (!policy.mayAdminister(exchange.peer())) {
      Audit.denied(exchange.peer(), "administer", exchange.uri(), "");
      exchange.respond(DENIED);
      return;
    }
    try {
      HttpMethod method =
          exchange.method().equals(HttpMethod.HEAD) ? HttpMethod.GET : exchange.method();
      AdminRequests.Request request =
          new AdminRequests.Request(
              method, RequestTarget.parse(exchange.uri()), exchange.body(), exchange.peer());
      AdminRequests.Action action = requests.find(request);
      exchange.route(action.route());
      exchange.hold(GOES_ON);
      Thread.ofVirtual().name("admin").start(() -> run(exchange, action));
    } catch (BadRequestException e) {
      exchange.respond(e.toReply());
    }
  }

  private static void run(Exchange exchange, AdminRequests.Action action) {
    Reply reply;
    try {
      reply = action.work().get();
    } catch (BadRequestException e) {
      reply = e.toReply();
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("an admin request failed inside the agent");
      reply = Reply.problem(Problem.INTERNAL, "see the agent's log");
    }
    Reply answer = reply;
    exchange.resume(() -> exchange.respond(answer));
  }
}
