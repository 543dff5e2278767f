package dev.postern.schedule;

import dev.postern.SecretName;
import dev.postern.rotation.Cause;
import dev.postern.rotation.Receipt;
import dev.postern.rotation.RotationRefused;
import dev.postern.rotation.RotationRequest;
import dev.postern.rotation.RotationService;
import dev.postern.schedule.DueTime.Due;
import dev.postern.serving.SecretCatalog;
import dev.postern.serving.ServedVersion;
import dev.postern.serving.ServingState;
import dev.postern.time.Signal;
import dev.postern.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the rotations that nobody asks for. Looks once a minute; never at a secret that is flagged
 * or being rotated; only some at a time, however many are due; and not at all for a while after the
 * clock has jumped.
 */
public final class RotationSchedule implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RotationSchedule.class);

  /** Who asked, when the schedule did. */
  static final String REQUESTED_BY = "schedule";

  static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);

  /** How much more or less than expected the clock may move between two looks. */
  private static final Duration TOLERANCE = Duration.ofMinutes(5);

  /** How long nothing is begun after a jump: clocks that are set wrong are often set right soon. */
  static final Duration QUIET_AFTER_A_JUMP = Duration.ofMinutes(10);

  /** How long a secret is left alone whose rotation was refused, which no journal remembers. */
  private static final Duration QUIET_AFTER_A_REFUSAL = Duration.ofHours(1);

  private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

  /**
   * What the schedule works with; all of it outlives it.
   *
   * @param mine which secrets this agent rotates now, if it is one of several
   */
  public record Surroundings(
      RotationService rotations,
      SecretCatalog catalog,
      FirstSeen firstSeen,
      TimeSource time,
      Predicate<SecretName> mine) {

    /** Of an agent that rotates alone. */
    public Surroundings(
        RotationService rotations, SecretCatalog catalog, FirstSeen firstSeen, TimeSource time) {
      this(rotations, catalog, firstSeen, time, secret -> true);
    }
  }

  private record Starting(ScheduledSecret secret, Due due) {}

  private final DueTime dueTime;
  private final List<ScheduledSecret> secrets;
  private final Surroundings around;
  private final TimeSource time;
  private final int concurrency;
  private final Signal wake = new Signal();
  private final Map<SecretName, Instant> refused = new HashMap<>();
  private volatile Map<SecretName, Instant> next = Map.of();
  private volatile Map<SecretName, Instant> oldAt = Map.of();
  private @Nullable Instant lastLook;
  private Instant anchor;
  private Instant quietUntil = Instant.EPOCH;
  private volatile boolean stopping;
  private @Nullable Thread thread;

  /**
   * @param concurrency how many scheduled rotations may be without a successor at a time
   */
  public RotationSchedule(
      String installation,
      List<ScheduledSecret> secrets,
      Surroundings surroundings,
      int concurrency) {
    this.dueTime = new DueTime(installation);
    this.secrets = List.copyOf(secrets);
    this.around = surroundings;
    this.time = surroundings.time();
    this.concurrency = concurrency;
    this.anchor = time.instant();
  }

  /** Begins to look; does nothing when no secret has a maximum age. */
  public void start() {
    if (!secrets.isEmpty()) {
      thread = Thread.ofVirtual().name("schedule").start(this::run);
    }
  }

  /** When the secret is rotated next; empty when no time is set for it, or a rotation runs. */
  public Optional<Instant> next(SecretName secret) {
    return Optional.ofNullable(next.get(secret));
  }

  /**
   * When the version that is served reaches, or reached, its maximum age; empty while none is
   * served. Counts from the earliest sign of the version, also over a restart.
   */
  public Optional<Instant> oldAt(SecretName secret) {
    return Optional.ofNullable(oldAt.get(secret));
  }

  /** The secrets that have a maximum age. */
  public List<SecretName> secrets() {
    return secrets.stream().map(ScheduledSecret::name).toList();
  }

  private void run() {
    try {
      while (!stopping) {
        long seen = wake.seen();
        try {
          look();
        } catch (RuntimeException bug) {
          log.atError().setCause(bug).log("the schedule failed by a fault of the agent");
        }
        time.await(wake, seen, time.instant().plus(BETWEEN_LOOKS));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks at every secret once, and starts what is due. */
  void look() {
    Instant now = time.instant();
    noteJump(now);
    List<Receipt> receipts = around.rotations().list();
    Map<SecretName, List<Receipt>> bySecret =
        receipts.stream().collect(Collectors.groupingBy(Receipt::secret));
    Map<SecretName, Instant> times = new HashMap<>();
    Map<SecretName, Instant> limits = new HashMap<>();
    List<Starting> due = new ArrayList<>();
    for (ScheduledSecret secret : secrets) {
      History history = new History(bySecret.getOrDefault(secret.name(), List.of()));
      Optional<Instant> made = madeAt(secret, history);
      made.ifPresent(at -> limits.put(secret.name(), dueTime.oldAt(secret, at, now, anchor)));
      made.flatMap(at -> due(secret, at, history, now))
          .ifPresent(
              one -> {
                if (!one.at().equals(Instant.MAX)) {
                  times.put(secret.name(), one.at());
                }
                if (!one.at().isAfter(now) && around.mine().test(secret.name())) {
                  due.add(new Starting(secret, one));
                }
              });
    }
    around.firstSeen().save();
    next = Map.copyOf(times);
    oldAt = Map.copyOf(limits);
    if (!now.isBefore(quietUntil)) {
      long under = receipts.stream().filter(RotationSchedule::isOnItsWay).count();
      due.stream()
          .sorted(Comparator.comparing(one -> one.due().at()))
          .limit(Math.max(0, concurrency - under))
          .forEach(one -> begin(one, now));
    }
  }

  /** Since when the version is there that is served; also while nothing may be due. */
  private Optional<Instant> madeAt(ScheduledSecret secret, History history) {
    if (!(around.catalog().state(secret.name()) instanceof ServingState.Holding holding)) {
      return Optional.empty();
    }
    ServedVersion served = holding.served();
    Instant told =
        history
            .madeAt(served.version())
            .filter(at -> at.isBefore(served.createdAt()))
            .orElse(served.createdAt());
    return Optional.of(around.firstSeen().of(secret.name(), served.version(), told));
  }

  private Optional<Due> due(ScheduledSecret secret, Instant madeAt, History history, Instant now) {
    boolean tainted =
        around.catalog().state(secret.name()) instanceof ServingState.Holding holding
            && holding.served().tainted();
    if (tainted || history.running()) {
      return Optional.empty();
    }
    Due due = dueTime.of(secret, madeAt, history, now, anchor);
    Instant since = refused.get(secret.name());
    if (since == null) {
      return Optional.of(due);
    }
    Instant again = since.plus(QUIET_AFTER_A_REFUSAL);
    return Optional.of(due.at().isBefore(again) ? new Due(again, due.diesAt()) : due);
  }

  private void noteJump(Instant now) {
    if (lastLook != null) {
      Duration moved = Duration.between(lastLook, now);
      boolean jumped =
          moved.compareTo(TOLERANCE.negated()) < 0
              || moved.compareTo(BETWEEN_LOOKS.plus(TOLERANCE)) > 0;
      if (jumped) {
        log.atWarn()
            .addKeyValue("by_seconds", moved.toSeconds())
            .log("the clock jumped; nothing is rotated on schedule for some minutes");
        quietUntil = now.plus(QUIET_AFTER_A_JUMP);
        anchor = now;
        refused.clear();
      }
    }
    lastLook = now;
  }

  private static boolean isOnItsWay(Receipt receipt) {
    return !receipt.ended() && receipt.cause() == Cause.SCHEDULED && receipt.newVersion().isEmpty();
  }

  private void begin(Starting starting, Instant now) {
    SecretName name = starting.secret().name();
    starting
        .due()
        .diesAt()
        .ifPresent(
            at ->
                log.atWarn()
                    .addKeyValue("secret", name)
                    .addKeyValue("dies_at", at)
                    .log("a key is about to die: it is replaced outside its maintenance window"));
    try {
      around
          .rotations()
          .start(
              new RotationRequest(
                  name,
                  Cause.SCHEDULED,
                  reason(starting),
                  REQUESTED_BY,
                  Optional.empty(),
                  Optional.empty()));
      refused.remove(name);
    } catch (RotationRefused e) {
      refused.put(name, now);
      log.atWarn()
          .addKeyValue("secret", name)
          .addKeyValue("why", e.getMessage())
          .log("a scheduled rotation was refused; it is tried again in an hour");
    }
  }

  private static String reason(Starting starting) {
    return starting
        .due()
        .diesAt()
        .map(at -> "the provider ends this key at " + at + ", so it did not wait for its window")
        .orElseGet(() -> "reached its maximum age of " + days(starting.secret().maxAge()));
  }

  private static String days(Duration age) {
    return age.toHours() >= 48 ? age.toDays() + " days" : age.toSeconds() + " seconds";
  }

  @Override
  public void close() {
    stopping = true;
    wake.raise();
    if (thread != null) {
      try {
        if (!thread.join(STOP_PATIENCE)) {
          thread.interrupt();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
