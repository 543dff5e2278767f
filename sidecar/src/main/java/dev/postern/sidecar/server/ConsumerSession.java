package dev.postern.sidecar.server;

import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.consumer.AckMode;
import dev.postern.consumer.Consumer;
import dev.postern.consumer.Watching;
import dev.postern.sidecar.http.BadRequestException;
import dev.postern.sidecar.http.Exchange;
import dev.postern.sidecar.http.JsonBody;
import dev.postern.sidecar.http.Peer;
import dev.postern.sidecar.http.Problem;
import dev.postern.sidecar.http.Reply;
import java.util.Collection;
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

  /** Longer ago than any clock goes back. */
  private static final long NEVER = Long.MIN_VALUE / 2;

  /** Even longer: the peer was not given this version yet. */
  private static final long UNSEEN = Long.MIN_VALUE;

  /**
   * @param atMillis when the registry was told that the peer holds it
   */
  private record Report(Version version, long atMillis) {}

  private final SocketServer.Services services;
  private final Peer peer;
  private final Map<ServedSecret, Report> reports = new HashMap<>(4);
  private @Nullable Consumer consumer;
  // At most one: a connection has one request at a time.
  private @Nullable Watching watching;

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
    SecretName name = secret.definition().name();
    Report last = reports.get(secret);
    long toldAt = last != null && last.version.equals(version) ? last.atMillis : UNSEEN;
    if (toldAt == UNSEEN) {
      reports.put(secret, new Report(version, NEVER));
      audit("read", secret, version.id());
    }
    long now = services.time().millis();
    if (!provesHolding(secret, field) || now - Math.max(toldAt, NEVER) < SEEN_MILLIS) {
      return;
    }
    if (ack == null) {
      services.consumers().fetched(name, version, consumer());
    } else {
      services.consumers().fetched(name, version, consumer(), ack);
    }
    reports.put(secret, new Report(version, now));
  }

  /** Leaves a line that the peer may do this with what is served now. */
  void audit(String action, ServedSecret secret) {
    audit(action, secret, secret.versionId());
  }

  private void audit(String action, ServedSecret secret, String version) {
    SecretName name = secret.definition().name();
    services
        .policy()
        .rule(name, peer)
        .ifPresent(rule -> Audit.allowed(peer, action, name.value(), version, rule));
  }

  /** Having read a login is not having read its password. */
  private static boolean provesHolding(ServedSecret secret, @Nullable String field) {
    List<String> fields = secret.definition().kind().fields();
    return field == null || fields.isEmpty() || field.equals(fields.getLast());
  }

  void acknowledge(Exchange exchange, ServedSecret secret) {
    Optional<Version> version = currentVersion(exchange, secret);
    if (version.isPresent()) {
      audit("ack", secret, version.get().id());
      services.consumers().acknowledged(secret.definition().name(), version.get(), consumer());
      exchange.respond(Reply.empty(204));
    }
  }

  void reject(Exchange exchange, ServedSecret secret) {
    Optional<Version> version = currentVersion(exchange, secret);
    if (version.isPresent()) {
      audit("reject", secret, version.get().id());
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

  /** The peer waits for the next version of these, until it is told or its connection is gone. */
  void watches(Collection<ServedSecret> secrets) {
    watchesNoMore();
    watching =
        services
            .consumers()
            .watches(secrets.stream().map(one -> one.definition().name()).toList(), consumer());
  }

  void watchesNoMore() {
    Watching open = watching;
    watching = null;
    if (open != null) {
      open.close();
    }
  }

  void close() {
    watchesNoMore();
    Consumer known = consumer;
    if (known != null) {
      services.consumers().disconnected(known);
    }
  }
}
