package dev.postern.sidecar.server;

import dev.postern.Version;
import dev.postern.sidecar.http.Exchange;
import dev.postern.sidecar.http.Pending;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A request that waits until its secret has another version, or until its time is over. */
final class LongPoll implements Pending {
  private final ServedSecret secret;
  private final Predicate<Version> known;
  private final Runnable answerNew;
  private final Runnable answerUnchanged;
  private @Nullable ScheduledFuture<?> limit;

  private LongPoll(
      ServedSecret secret, Predicate<Version> known, Runnable answerNew, Runnable answerUnchanged) {
    this.secret = secret;
    this.known = known;
    this.answerNew = answerNew;
    this.answerUnchanged = answerUnchanged;
  }

  static void begin(
      Exchange exchange,
      ServedSecret secret,
      Predicate<Version> known,
      Duration limit,
      Runnable answerNew,
      Runnable answerUnchanged) {
    LongPoll poll = new LongPoll(secret, known, answerNew, answerUnchanged);
    exchange.hold(poll);
    secret.await(poll);
    poll.limit = exchange.after(limit, poll::serverStopping);
  }

  /** The secret changed somehow. */
  void look() {
    if (secret.served().map(served -> !known.test(served.version())).orElse(true)) {
      leave();
      answerNew.run();
    }
  }

  @Override
  public void connectionClosed() {
    leave();
  }

  @Override
  public void serverStopping() {
    leave();
    answerUnchanged.run();
  }

  private void leave() {
    secret.forget(this);
    ScheduledFuture<?> timer = limit;
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
