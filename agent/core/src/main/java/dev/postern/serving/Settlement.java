package dev.postern.serving;

import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.serving.RefreshOutcome.Result;
import dev.postern.store.StoreException;
import dev.postern.time.Signal;
import dev.postern.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the answers of one store mean: for the secret, for its next turn, and for the breaker. */
final class Settlement {
  // Under the name that people know from their logs.
  private static final Logger log = LoggerFactory.getLogger(SecretServing.class);

  private final String store;
  private final TimeSource time;
  private final Breaker breaker;
  private final SecretServing.FlagListener flagListener;
  private final Signal told;
  private final Runnable onClosed;

  /**
   * @param told raised when the flag's listener has been told
   * @param onClosed run when the store answers again after the breaker was open
   */
  Settlement(
      String store,
      TimeSource time,
      Breaker breaker,
      SecretServing.FlagListener flagListener,
      Signal told,
      Runnable onClosed) {
    this.store = store;
    this.time = time;
    this.breaker = breaker;
    this.flagListener = flagListener;
    this.told = told;
    this.onClosed = onClosed;
  }

  /** The secrets of one call that have a problem they did not have before. */
  static final class News {
    private final List<SecretName> secrets = new ArrayList<>();
    private String problem = "";
  }

  /** Takes in one answer of a call; all answers of the call get the same pace and news. */
  Result settle(Turn turn, long begun, Answer answer, Pace pace, News news) {
    Optional<Version> before = version(turn);
    try {
      Optional<ServedSecret.Flagged> flagged = turn.secret.take(begun, answer, time);
      answered();
      turn.answered(time.instant(), pace, flagged.isPresent());
      flagged.ifPresent(mark -> tell(turn, mark));
      if (turn.secret.state().problem().isPresent()) {
        return Result.REFUSED;
      }
      return version(turn).equals(before) ? Result.UNCHANGED : Result.CHANGED;
    } catch (StoreException e) {
      failed(turn, e, pace, news);
      return e.isTransient() ? Result.UNREACHABLE : Result.REFUSED;
    } catch (RuntimeException bug) {
      turn.secret.failed("an error inside the agent; its log has the details");
      turn.failed(time.instant(), pace, Duration.ZERO);
      log.atError()
          .addKeyValue("secret", turn.secret.definition().name())
          .setCause(bug)
          .log("refreshing failed by a fault of the agent");
      return Result.FAULT;
    }
  }

  private static Optional<Version> version(Turn turn) {
    return turn.secret.state() instanceof ServingState.Holding holding
        ? Optional.of(holding.served().version())
        : Optional.empty();
  }

  /** A refusal is an answer too: only what may pass by itself says that the store is away. */
  private void failed(Turn turn, StoreException why, Pace pace, News news) {
    Instant now = time.instant();
    if (turn.secret.failed(why.getMessage())) {
      news.secrets.add(turn.secret.definition().name());
      news.problem = why.getMessage();
    }
    turn.failed(now, pace, Breaker.rest(why));
    if (!why.isTransient()) {
      answered();
    } else if (breaker.failed(why, now)) {
      log.atWarn()
          .addKeyValue("store", store)
          .addKeyValue("problem", breaker.problem())
          .log("the store does not answer; until it does, it is asked by one call at a time");
    }
  }

  private void answered() {
    if (breaker.answered()) {
      log.atInfo().addKeyValue("store", store).log("the store answers again");
      onClosed.run();
    }
  }

  /** Says it once for a call, however many secrets it was about. */
  void report(News news) {
    if (!news.secrets.isEmpty()) {
      String others = news.secrets.size() == 1 ? "" : " and " + (news.secrets.size() - 1) + " more";
      log.atWarn()
          .addKeyValue("secret", news.secrets.getFirst() + others)
          .addKeyValue("store", store)
          .addKeyValue("problem", news.problem)
          .log("cannot refresh; the last value stays until it is too old");
    }
  }

  /** On a thread of its own, which nobody interrupts: it may be writing a journal. */
  private void tell(Turn turn, ServedSecret.Flagged mark) {
    if (turn.telling) {
      return;
    }
    turn.telling = true;
    SecretName name = turn.secret.definition().name();
    Thread.ofVirtual()
        .name("flag-" + name)
        .start(
            () -> {
              try {
                flagListener.flagged(name, mark.version(), mark.flag());
              } catch (RuntimeException e) {
                log.atError()
                    .addKeyValue("secret", name)
                    .setCause(e)
                    .log("a compromised mark could not be acted on");
              } finally {
                turn.telling = false;
                told.raise();
              }
            });
  }
}
