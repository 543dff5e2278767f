package dev.postern.sidecar.server;

import dev.postern.Version;
import dev.postern.consumer.AckMode;
import dev.postern.serving.ServingState;
import dev.postern.sidecar.http.Exchange;
import dev.postern.sidecar.http.PreparedReply;
import dev.postern.sidecar.http.Problem;
import dev.postern.sidecar.http.Reply;
import dev.postern.sidecar.http.Route;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Answers {@code GET} of one secret: its value, that it is unchanged, or why there is none. */
final class SecretAnswers {
  private final ConsumerSession session;

  SecretAnswers(ConsumerSession session) {
    this.session = session;
  }

  /**
   * What is asked for.
   *
   * @param field one field bare, instead of all as JSON
   * @param patience how long to hold the answer until the version changes
   * @param ack how the peer says that it acknowledges; null for the secret's own way
   */
  record Question(
      ServedSecret secret,
      @Nullable String field,
      @Nullable Duration patience,
      @Nullable AckMode ack) {
    Question withoutWait() {
      return new Question(secret, field, null, ack);
    }
  }

  void answer(Exchange exchange, Question question) {
    Duration wait = question.patience;
    exchange.route(wait != null ? Route.WAIT : question.field == null ? Route.SECRET : Route.FIELD);
    String header = exchange.header(HttpHeaderNames.IF_NONE_MATCH);
    answer(exchange, question, header == null ? null : EntityTags.parse(header));
  }

  private void answer(Exchange exchange, Question question, @Nullable EntityTags tags) {
    ServedSecret secret = question.secret;
    try {
      Boolean answered =
          secret.rendering(
              state -> {
                if (state instanceof ServingState.Holding holding && !secret.expired(holding)) {
                  answerHeld(exchange, question, tags, holding);
                } else {
                  exchange.respond(unavailable(secret, state));
                }
                return Boolean.TRUE;
              });
      assert answered;
    } catch (SecretPage.NotTextException e) {
      exchange.respond(
          Reply.problem(
              Problem.NOT_TEXT,
              "field "
                  + e.field()
                  + " is not UTF-8 text: read it bare, with its name in the path"));
    }
  }

  private void answerHeld(
      Exchange exchange, Question question, @Nullable EntityTags tags, ServingState.Holding holding)
      throws SecretPage.NotTextException {
    ServedSecret secret = question.secret;
    Version version = holding.served().version();
    String field = question.field;
    if (field != null && holding.served().fields().field(field).isEmpty()) {
      exchange.respond(
          Reply.problem(
              Problem.UNKNOWN_FIELD,
              "secret "
                  + secret.definition().name()
                  + " has no such field: it has "
                  + holding.served().fields().names()));
      return;
    }
    Duration wait = question.patience;
    boolean unchanged = tags == null ? wait != null : tags.match(version);
    if (unchanged && tags != null && tags.names(version) && !exchange.isHead()) {
      session.holds(secret, version, field, question.ack);
    }
    if (unchanged && wait != null && wait.isPositive()) {
      hold(exchange, question, wait, tags == null ? version::equals : tags::match);
    } else if (unchanged && tags != null) {
      exchange.respond(notModified(version));
    } else {
      PreparedReply reply = field == null ? secret.json(holding) : secret.field(holding, field);
      boolean given = !exchange.isHead();
      exchange.respond(reply);
      if (given) {
        session.holds(secret, version, field, question.ack);
      }
    }
  }

  private void hold(Exchange exchange, Question question, Duration wait, Predicate<Version> known) {
    Question now = question.withoutWait();
    session.watches(List.of(question.secret));
    LongPoll.begin(
        exchange,
        question.secret,
        known,
        wait,
        () -> later(exchange, () -> answer(exchange, now, null)),
        () -> later(exchange, () -> answerUnchanged(exchange, now, known)));
  }

  /** At the end of the wait. */
  private void answerUnchanged(Exchange exchange, Question question, Predicate<Version> known) {
    var served = question.secret.served();
    if (served.isPresent() && known.test(served.get().version())) {
      exchange.respond(notModified(served.get().version()));
    } else {
      answer(exchange, question, (EntityTags) null);
    }
  }

  /** Ends a wait. Outside the connection's own call, nobody else would answer after a failure. */
  private void later(Exchange exchange, Runnable answer) {
    session.watchesNoMore();
    try {
      answer.run();
    } catch (RuntimeException e) {
      exchange.fail(e);
    }
  }

  private static Reply notModified(Version version) {
    return Reply.empty(304).with("ETag", EntityTags.tagOf(version));
  }

  private static Reply unavailable(ServedSecret secret, ServingState state) {
    String name = secret.definition().name().value();
    Reply reply =
        switch (state) {
          case ServingState.Empty empty ->
              Reply.problem(
                  Problem.NO_VALUE,
                  "no value of " + name + " was read from its store yet: try again; see status");
          case ServingState.Holding holding ->
              Reply.problem(
                  Problem.EXPIRED,
                  "the store has not confirmed "
                      + name
                      + " for longer than max-stale: make the store reachable; see status");
        };
    return reply.with("Retry-After", "1");
  }
}
