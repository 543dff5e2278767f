package dev.postern.store.vault;

import dev.postern.store.StoreException;
import dev.postern.store.vault.VaultSession.Ticket;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.rest.Rest;
import io.github.jopenlibs.vault.rest.RestException;
import io.github.jopenlibs.vault.rest.RestResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one call of the port, all within its deadline, each with the agent's token. A
 * denied request is repeated once with a new token, if there may be a better one.
 *
 * <p>Goes by the driver's raw requests, and not by its {@code Logical}: that one takes an answer
 * that is no JSON for an empty one, hides the headers, and puts whole answers into its exceptions.
 * The driver has no PATCH at all, which is the JDK's here.
 */
final class VaultCall {
  private static final int DENIED = 403;

  private final VaultConfig config;
  private final VaultSession session;
  private final BoundedClient client;

  VaultCall(VaultConfig config, VaultSession session, BoundedClient client) {
    this.config = config;
    this.session = session;
    this.client = client;
  }

  private enum Method {
    GET,
    POST,
    PATCH
  }

  VaultReply get(String path, String what) {
    return send(Method.GET, path, null, what);
  }

  VaultReply post(String path, JsonObject body, String what) {
    return send(Method.POST, path, body, what);
  }

  /** A JSON merge patch. */
  VaultReply patch(String path, JsonObject body, String what) {
    return send(Method.PATCH, path, body, what);
  }

  /** The status that {@code sys/health} answers, without a token. */
  int health(String what) {
    return once(Method.GET, "sys/health", null, Optional.empty(), what).status();
  }

  private VaultReply send(Method method, String path, @Nullable JsonObject body, String what) {
    Ticket ticket = session.authorise(client);
    VaultReply reply = once(method, path, body, Optional.of(ticket), what);
    if (reply.status() != DENIED) {
      return reply;
    }
    Optional<Ticket> fresh = session.after(ticket, reply.says("invalid token"), client);
    return fresh.isPresent() ? once(method, path, body, fresh, what) : reply;
  }

  private VaultReply once(
      Method method, String path, @Nullable JsonObject body, Optional<Ticket> ticket, String what) {
    byte[] bytes = body == null ? new byte[0] : body.toString().getBytes(StandardCharsets.UTF_8);
    try {
      return method == Method.PATCH
          ? patched(path, bytes, ticket.orElseThrow())
          : sent(method, path, bytes, ticket);
    } catch (RestException | IOException e) {
      throw VaultErrors.unreachable(
          WireException.find(e).orElseGet(() -> WireException.of(e)), what);
    }
  }

  private VaultReply sent(Method method, String path, byte[] body, Optional<Ticket> ticket)
      throws RestException {
    Rest request = Driver.request(config, path, client);
    ticket.ifPresent(t -> request.header("X-Vault-Token", t.exposeToken()));
    RestResponse answer;
    if (method == Method.GET) {
      answer = request.get();
    } else {
      answer = request.header("Content-Type", "application/json").body(body).post();
    }
    return VaultReply.of(answer, client.lastHeaders());
  }

  private VaultReply patched(String path, byte[] body, Ticket ticket) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(Driver.address(config) + "/v1/" + path))
            .header("X-Vault-Token", ticket.exposeToken())
            .header("X-Vault-Request", "true")
            .header("Content-Type", "application/merge-patch+json")
            .method("PATCH", HttpRequest.BodyPublishers.ofByteArray(body));
    config.namespace().ifPresent(name -> request.header("X-Vault-Namespace", name));
    HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
    return VaultReply.parse(
        answer.statusCode(), answer.body(), RetryAfter.in(client.lastHeaders()));
  }

  /** For a refusal that leaves open why. */
  StoreException translate(VaultReply reply, String what) {
    return VaultErrors.translate(reply, what, config.engine().mount());
  }
}
