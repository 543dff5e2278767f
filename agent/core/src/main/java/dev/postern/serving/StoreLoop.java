package dev.postern.serving;

import dev.postern.serving.CallsInFlight.Call;
import dev.postern.store.SecretHead;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreException;
import dev.postern.time.Signal;
import dev.postern.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at one store for all secrets that are read from it. One thread decides what is asked when,
 * and takes in the answers; it never makes a call itself, and so never hangs.
 *
 * <p>What is due at about the same time is looked at in one call; values are read where the version
 * has changed, a few at a time.
 */
final class StoreLoop implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StoreLoop.class);

  /** What each secret adds to the time that one look may take, where a store asks one by one. */
  private static final Duration EACH = Duration.ofMillis(250);

  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  private record Unread(Turn turn, long begun, SecretHead head, Pace pace) {}

  private final SecretStore store;
  private final TimeSource time;
  private final StoreCalls calls;
  private final List<Turn> turns;
  private final Duration interval;
  private final Signal changed = new Signal();
  private final Breaker breaker;
  private final CallsInFlight inFlight;
  private final Settlement settlement;
  private final Deque<Unread> unread = new ArrayDeque<>();
  private final List<Runnable> errands = new ArrayList<>();
  private boolean ended;
  private int nextProbe;
  private volatile StoreCondition condition;
  private volatile @Nullable Thread thread;

  StoreLoop(
      SecretStore store,
      Collection<ServedSecret> secrets,
      TimeSource time,
      SecretServing.FlagListener flagListener) {
    this.store = store;
    this.time = time;
    this.calls = new StoreCalls(store);
    this.turns = new ArrayList<>(secrets.size());
    Duration shortest = LONGEST_WAIT;
    for (ServedSecret secret : secrets) {
      Turn turn = new Turn(secret);
      turns.add(turn);
      shortest = turn.refresh().compareTo(shortest) < 0 ? turn.refresh() : shortest;
    }
    this.interval = shortest;
    this.breaker = new Breaker(store.name(), interval);
    this.inFlight = new CallsInFlight(store.name(), changed);
    this.settlement =
        new Settlement(store.name(), time, breaker, flagListener, changed, this::spread);
    this.condition = breaker.condition(Instant.EPOCH);
  }

  void start() {
    thread = Thread.ofVirtual().name("refresh-" + store.name()).start(this::run);
  }

  List<Turn> turns() {
    return turns;
  }

  StoreCondition condition() {
    return condition;
  }

  /** Whether there is nothing to do but wait; to be asked while the loop waits. */
  boolean rests() {
    return inFlight.live() == 0
        && unread.isEmpty()
        && turns.stream().noneMatch(turn -> turn.telling || !turn.wishes.isEmpty());
  }

  /** The next look at it is now. */
  void soon(Turn turn) {
    later(turn::soon);
  }

  /** The pause is a quarter while a rotation runs. */
  void rotationRuns(Turn turn, boolean runs) {
    turn.rotating = runs;
    if (runs) {
      later(() -> turn.hasten(time.instant(), Pace.draw()));
    }
  }

  /** Completed in any case, when the store has answered or was given up. */
  CompletableFuture<RefreshOutcome> wish(Turn turn) {
    CompletableFuture<RefreshOutcome> outcome = new CompletableFuture<>();
    later(() -> turn.wishes.add(outcome));
    return outcome;
  }

  private void later(Runnable errand) {
    synchronized (errands) {
      errands.add(errand);
      if (ended) {
        refuseAll();
      }
    }
    changed.raise();
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        long seen = changed.seen();
        time.await(changed, seen, step());
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } finally {
      end();
    }
  }

  private void end() {
    inFlight.close();
    synchronized (errands) {
      ended = true;
      refuseAll();
    }
  }

  private void refuseAll() {
    errands.forEach(Runnable::run);
    errands.clear();
    for (Turn turn : turns) {
      turn.grant();
      turn.fulfil(RefreshOutcome.Result.FAULT);
    }
  }

  /** Does what there is to do, and returns until when nothing is. */
  private Instant step() {
    try {
      settleArrived();
      Instant now = time.instant();
      giveUpOverdue(now);
      runErrands();
      grantWishes(now);
      ask(now);
      condition = breaker.condition(now);
      return wake(now);
    } catch (RuntimeException bug) {
      log.atError()
          .addKeyValue("store", store.name())
          .setCause(bug)
          .log("looking at the store failed by a fault of the agent");
      return time.instant().plus(interval);
    }
  }

  private void settleArrived() {
    for (Call call : inFlight.takeArrived()) {
      if (call.abandoned()) {
        call.begun.keySet().forEach(turn -> turn.hanging = false);
      } else {
        settle(call, null);
      }
    }
  }

  private void giveUpOverdue(Instant now) {
    for (Call call : inFlight.abandonOverdue(now)) {
      call.begun.keySet().forEach(turn -> turn.hanging = true);
      settle(
          call,
          new Answer.Failed(
              new StoreException.Unavailable(
                  "store %s did not answer within %d s"
                      .formatted(store.name(), call.allowed().toSeconds()),
                  null)));
    }
  }

  private void settle(Call call, Answer.@Nullable Failed givenUp) {
    Settlement.News news = new Settlement.News();
    for (Map.Entry<Turn, Long> one : call.begun.entrySet()) {
      Turn turn = one.getKey();
      Answer answer = givenUp == null ? call.answer(turn) : givenUp;
      if (answer instanceof Answer.Seen seen && turn.secret.wants(seen.head())) {
        unread.add(new Unread(turn, one.getValue(), seen.head(), call.pace));
      } else {
        RefreshOutcome.Result result =
            settlement.settle(turn, one.getValue(), answer, call.pace, news);
        turn.end();
        turn.fulfil(result);
      }
    }
    settlement.report(news);
    if (breaker.open()) {
      standStill();
    }
  }

  /** While the store is away, nothing of it is confirmed, whether it was asked for or not. */
  private void standStill() {
    for (Unread waiting = unread.poll(); waiting != null; waiting = unread.poll()) {
      waiting.turn.end();
      waiting.turn.fulfil(RefreshOutcome.Result.UNREACHABLE);
    }
    String problem = breaker.problem();
    turns.stream().filter(turn -> !turn.busy()).forEach(turn -> turn.secret.failed(problem));
  }

  /** The store answers again: all are due, but not all at once. */
  private void spread() {
    int groups = turns.size() / DueTurns.MOST + 1;
    Duration apart = interval.dividedBy(4).dividedBy(groups);
    Instant now = time.instant();
    int place = 0;
    for (Turn turn : turns) {
      if (!turn.busy()) {
        turn.dueAt(now.plus(apart.multipliedBy(place++ / DueTurns.MOST)));
      }
    }
  }

  private void runErrands() {
    synchronized (errands) {
      errands.forEach(Runnable::run);
      errands.clear();
    }
  }

  private void grantWishes(Instant now) {
    for (Turn turn : turns) {
      if (turn.wishes.isEmpty() || turn.busy() || !(turn.hanging || mayAsk() || refused(now))) {
        continue;
      }
      turn.grant();
      if (turn.hanging || refused(now)) {
        if (breaker.failing()) {
          turn.secret.failed(breaker.problem());
        }
        turn.fulfil(RefreshOutcome.Result.UNREACHABLE);
      } else {
        start(
            begun(List.of(turn)),
            Pace.draw(),
            CallsInFlight.DEADLINE.multipliedBy(2),
            now,
            () -> Map.of(turn.secret, calls.both(turn.secret)));
      }
    }
  }

  private boolean refused(Instant now) {
    return !breaker.allowsWish(now) || inFlight.collectsThreads();
  }

  private boolean mayAsk() {
    return inFlight.live() < breaker.width() && !inFlight.collectsThreads();
  }

  private void ask(Instant now) {
    if (!breaker.allows(now)) {
      if (!breaker.open()) {
        rest(now);
      }
    } else if (breaker.open()) {
      probe(now);
    } else {
      while (mayAsk()) {
        Unread waiting = unread.poll();
        if (waiting != null) {
          read(waiting, now);
        } else if (!look(DueTurns.together(turns, now), now)) {
          return;
        }
      }
    }
  }

  /** The store wants to be left alone: what is due is not confirmed. */
  private void rest(Instant now) {
    for (Turn turn : turns) {
      if (turn.due(now, false)) {
        turn.secret.failed(breaker.problem());
        turn.dueAt(breaker.notBefore());
      }
    }
  }

  /** One call for the whole store; about another secret each time, as one may be the bad one. */
  private void probe(Instant now) {
    for (int tried = 0; tried < turns.size() && mayAsk(); tried++) {
      Turn turn = turns.get(nextProbe++ % turns.size());
      if (turn.free()) {
        look(List.of(turn), now);
      }
    }
  }

  private boolean look(List<Turn> together, Instant now) {
    if (together.isEmpty()) {
      return false;
    }
    List<ServedSecret> secrets = new ArrayList<>(together.size());
    together.forEach(turn -> secrets.add(turn.secret));
    Duration allowed =
        CallsInFlight.DEADLINE.multipliedBy(2).plus(EACH.multipliedBy(together.size()));
    start(begun(together), Pace.draw(), allowed, now, () -> calls.look(secrets));
    return true;
  }

  private void read(Unread waiting, Instant now) {
    ServedSecret secret = waiting.turn.secret;
    start(
        Map.of(waiting.turn, waiting.begun),
        waiting.pace,
        CallsInFlight.DEADLINE,
        now,
        () -> Map.of(secret, calls.read(secret, waiting.head)));
  }

  private static Map<Turn, Long> begun(List<Turn> turns) {
    Map<Turn, Long> begun = new LinkedHashMap<>();
    turns.forEach(turn -> begun.put(turn, turn.secret.publications()));
    return begun;
  }

  private void start(
      Map<Turn, Long> begun,
      Pace pace,
      Duration allowed,
      Instant now,
      Supplier<Map<ServedSecret, Answer>> work) {
    begun.keySet().forEach(Turn::begin);
    inFlight.start(begun, pace, allowed, now, work);
  }

  /** When there is something to do, if nothing happens before. */
  private Instant wake(Instant now) {
    Instant wake = inFlight.nextDeadline(now.plus(LONGEST_WAIT));
    if (breaker.open() || !unread.isEmpty()) {
      wake = breaker.allows(now) ? wake : earlier(wake, breaker.notBefore());
    }
    if (!breaker.open() && mayAsk()) {
      for (Turn turn : turns) {
        wake = turn.free() ? earlier(wake, turn.due(now)) : wake;
      }
    }
    return wake;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  /** Ends the loop; what was asked of it is refused, and what still arrives is wiped. */
  @Override
  public void close() {
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    } else {
      end();
    }
  }
}
