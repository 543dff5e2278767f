package dev.postern.sidecar.server;

import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.consumer.AckMode;
import dev.postern.consumer.Consumer;
import dev.postern.sidecar.http.BadRequestException;
import dev.postern.sidecar.http.Exchange;
import dev.postern.sidecar.http.JsonBody;
import dev.postern.sidecar.http.Peer;
import dev.postern.sidecar.http.Problem;
import dev.postern.sidecar.http.Reply;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one connection's peer holds, and says about what it holds. Lives on the event loop. */
final class ConsumerSession {
  private static final Logger LOG = LoggerFactory.getLogger(ConsumerSession.class);

  /** How often a connection in steady use counts as seen. */
  private static final long SEEN_MILLIS = 60_000;

  private record Report(Version version, long atMillis) {}

  private final SocketServer.Services services;
  private final Peer peer;
  private final Map<ServedSecret, Report> reports = new HashMap<>(4);
  private @Nullable Consumer consumer;

  ConsumerSession(SocketServer.Services services, Peer peer) {
    this.services = services;
    this.peer = peer;
  }

  /**
   * The peer was given this version, or knows it from before.
   *
   * @param ack how it acknowledges; null for the secret's own way
   */
  void holds(ServedSecret secret, Version version, @Nullable String field, @Nullable AckMode ack) {
    if (!provesHolding(secret, field)) {
      return;
    }
    Report last = reports.get(secret);
    long now = services.time().millis();
    boolean same = last != null && last.version.equals(version);
    if (last != null && same && now - last.atMillis < SEEN_MILLIS) {
      return;
    }
    SecretName name = secret.definition().name();
    if (ack == null) {
      services.consumers().fetched(name, version, consumer());
    } else {
      services.consumers().fetched(name, version, consumer(), ack);
    }
    reports.put(secret, new Report(version, now));
    if (!same) {
      Audit.allowed(peer, "read", name.value(), version.id());
    }
  }

  /** Having read a login is not having read its password. */
  private static boolean provesHolding(ServedSecret secret, @Nullable String field) {
    List<String> fields = secret.definition().kind().fields();
    return field == null || fields.isEmpty() || field.equals(fields.getLast());
  }

  void acknowledge(Exchange exchange, ServedSecret secret) {
    Optional<Version> version = currentVersion(exchange, secret);
    if (version.isPresent()) {
      services.consumers().acknowledged(secret.definition().name(), version.get(), consumer());
      exchange.respond(Reply.empty(204));
    }
  }

  void reject(Exchange exchange, ServedSecret secret) {
    Optional<Version> version = currentVersion(exchange, secret);
    if (version.isPresent()) {
      Audit.allowed(peer, "reject", secret.definition().name().value(), version.get().id());
      // One at a time: a consumer that says it again and again starts nothing more.
      if (secret.claimRejection()) {
        Consumer rejecting = consumer();
        Thread.ofVirtual()
            .name("rejection-" + secret.definition().name())
            .start(() -> tell(secret, version.get(), rejecting));
      }
      exchange.respond(Reply.empty(202));
    }
  }

  private void tell(ServedSecret secret, Version version, Consumer rejecting) {
    try {
      services.rejections().rejected(secret.definition().name(), version, rejecting);
    } catch (RuntimeException e) {
      LOG.atError()
          .setCause(e)
          .addKeyValue("secret", secret.definition().name())
          .log("a rejected version could not be looked into");
    } finally {
      secret.rejectionDone();
    }
  }

  /** The version in the body if it is the one being served; otherwise answers why not. */
  private Optional<Version> currentVersion(Exchange exchange, ServedSecret secret) {
    Version named;
    try {
      named =
          new Version(
              JsonBody.parse(exchange.body(), Set.of("version"))
                  .text("version")
                  .orElseThrow(() -> new BadRequestException("the body names no version")));
    } catch (BadRequestException e) {
      exchange.respond(e.toReply());
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      exchange.respond(
          Reply.problem(Problem.BAD_REQUEST, "the body's version is not a version's form"));
      return Optional.empty();
    }
    if (secret.served().filter(served -> served.version().equals(named)).isEmpty()) {
      exchange.respond(
          Reply.problem(
              Problem.NOT_CURRENT,
              "that version is not the one being served: fetch the secret again"));
      return Optional.empty();
    }
    return Optional.of(named);
  }

  private Consumer consumer() {
    Consumer known = consumer;
    if (known == null) {
      known = peer.asConsumer();
      consumer = known;
      services.consumers().connected(known);
    }
    return known;
  }

  void close() {
    Consumer known = consumer;
    if (known != null) {
      services.consumers().disconnected(known);
    }
  }
}
