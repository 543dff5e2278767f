package dev.postern.rotation;

import dev.postern.consumer.Holding;
import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoints;
import dev.postern.journal.PackedEvents;
import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import dev.postern.journal.RotationJournal;
import dev.postern.time.Signal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The events of one rotation: first the disk, then memory. Thread-safe; readers see a consistent
 * pair of events and state.
 */
final class Chronicle {

  /** How many attempts at a step are written, when each fails as the one before. */
  private static final int RECORDED_ATTEMPTS = 10;

  /** A cancel was granted between a look at the rotation and the act that followed from it. */
  static final class CancelledMeanwhile extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private CancelledMeanwhile() {
      super("the rotation was cancelled meanwhile", null, false, false);
    }
  }

  /** The events of a rotation that has ended are kept packed: there will be many of them. */
  private sealed interface Events {
    record Open(List<RotationEvent> list) implements Events {}

    record Packed(PackedEvents packed) implements Events {}
  }

  private record Snapshot(Events kept, RotationState state) {
    static Snapshot of(List<RotationEvent> events, RotationState state) {
      return new Snapshot(
          state instanceof RotationState.Ended
              ? new Events.Packed(PackedEvents.of(events))
              : new Events.Open(List.copyOf(events)),
          state);
    }

    List<RotationEvent> events() {
      return switch (kept) {
        case Events.Open open -> open.list();
        case Events.Packed packed -> packed.packed().unpack();
      };
    }
  }

  private final RotationJournal journal;
  private final Failpoints failpoints;
  private final InstantSource time;
  private volatile Snapshot snapshot;

  /** Raised after each record. */
  final Signal changed = new Signal();

  private volatile @Nullable Instant lookedAt;

  private Chronicle(
      RotationJournal journal, Failpoints failpoints, InstantSource time, Snapshot snapshot) {
    this.journal = journal;
    this.failpoints = failpoints;
    this.time = time;
    this.snapshot = snapshot;
  }

  /** Records the plan of a new rotation, and who is to be waited for. */
  static Chronicle begin(
      RotationPlan plan,
      List<Holding> holdings,
      RotationJournal journal,
      Failpoints failpoints,
      InstantSource time) {
    Map<Detail, String> details = new EnumMap<>(plan.toDetails());
    details.put(Detail.HOLDERS, Holders.write(holdings));
    RotationEvent planned = new RotationEvent(plan.id(), now(time), Fact.PLANNED, details);
    failpoints.around(Failpoint.JOURNAL_APPEND, () -> journal.append(planned));
    return resume(List.of(planned), journal, failpoints, time);
  }

  /** Takes up what the journal holds of a rotation. */
  static Chronicle resume(
      List<RotationEvent> events,
      RotationJournal journal,
      Failpoints failpoints,
      InstantSource time) {
    return new Chronicle(journal, failpoints, time, Snapshot.of(events, Replay.all(events)));
  }

  /** Records what came from outside, unless the rotation has ended meanwhile. */
  synchronized void recordUnlessEnded(Fact fact, Map<Detail, String> details) {
    if (!(snapshot.state() instanceof RotationState.Ended)) {
      record(fact, details);
    }
  }

  void record(Fact fact, Map<Detail, String> details) {
    record(fact, List.of(details));
  }

  /** Records several facts of one kind by one write. */
  synchronized void record(Fact fact, List<Map<Detail, String>> each) {
    List<RotationEvent> news = each.stream().map(details -> event(fact, details)).toList();
    RotationState after = snapshot.state();
    for (RotationEvent event : news) {
      after = Replay.next(after, event);
    }
    failpoints.around(Failpoint.JOURNAL_APPEND, () -> journal.append(news));
    List<RotationEvent> events = new ArrayList<>(snapshot.events());
    events.addAll(news);
    snapshot = Snapshot.of(events, after);
    changed.raise();
  }

  /**
   * A step is about to act. After some attempts the next one is no longer written, unless it could
   * make a credential, or nothing leads back from it: an outage must not fill the disk.
   *
   * @throws CancelledMeanwhile instead of beginning what would break the word given to whoever
   *     cancelled
   */
  synchronized void begun(Step step, Map<Detail, String> details) {
    RotationState before = snapshot.state();
    Map<Detail, String> all = with(step, details);
    boolean lastWayBack =
        before.canGoBack() && !Replay.next(before, event(Fact.BEGUN, all)).canGoBack();
    if (lastWayBack && cancelledBy().isPresent()) {
      throw new CancelledMeanwhile();
    }
    if (lastWayBack
        || step == Step.ISSUE
        || !details.isEmpty()
        || attempts(step) < RECORDED_ATTEMPTS) {
      record(Fact.BEGUN, all);
    }
  }

  /**
   * Records a cancel, unless it comes too late. Granted is granted: what is recorded here holds
   * over a restart, and no later step goes forward on it.
   *
   * @return whether it was granted
   */
  synchronized boolean cancel(String requestedBy) {
    if (!snapshot.state().canGoBack()) {
      return false;
    }
    record(Fact.CANCELLED, Map.of(Detail.REQUESTED_BY, requestedBy));
    return true;
  }

  /** Who cancelled it, unless somebody asked for it again since. */
  Optional<String> cancelledBy() {
    return events().reversed().stream()
        .filter(event -> event.fact() == Fact.CANCELLED || event.fact() == Fact.JOINED)
        .findFirst()
        .filter(event -> event.fact() == Fact.CANCELLED)
        .map(event -> event.require(Detail.REQUESTED_BY));
  }

  private RotationEvent event(Fact fact, Map<Detail, String> details) {
    return new RotationEvent(snapshot.state().plan().id(), now(time), fact, details);
  }

  private long attempts(Step step) {
    return events().stream()
        .filter(event -> event.fact() == Fact.BEGUN)
        .filter(event -> event.detail(Detail.STEP).filter(step.wireName()::equals).isPresent())
        .count();
  }

  /** A step has acted. */
  void done(Step step, Map<Detail, String> details) {
    record(Fact.DONE, with(step, details));
  }

  private static Map<Detail, String> with(Step step, Map<Detail, String> details) {
    Map<Detail, String> all = new EnumMap<>(Detail.class);
    all.putAll(details);
    all.put(Detail.STEP, step.wireName());
    return all;
  }

  /** People read these times; a finer grain only makes them longer. */
  private static Instant now(InstantSource time) {
    return time.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  RotationState state() {
    return snapshot.state();
  }

  List<RotationEvent> events() {
    return snapshot.events();
  }

  Receipt receipt() {
    Snapshot now = snapshot;
    return ReceiptWriter.receipt(now.events(), now.state(), Optional.ofNullable(lookedAt));
  }

  /** The account's use was looked at. Not written: most looks show nothing new. */
  void looked(Instant at) {
    lookedAt = at;
  }

  /** Whether it was asked for and nothing was done yet. */
  boolean untouched() {
    return events().stream()
        .allMatch(event -> event.fact() == Fact.PLANNED || event.fact() == Fact.JOINED);
  }

  /** Whether a bulk request of this name started it or joined it. */
  boolean belongsTo(String batch) {
    return events().stream()
        .anyMatch(event -> event.detail(Detail.BATCH).filter(batch::equals).isPresent());
  }

  boolean hasBegun(Step step) {
    return last(step, event -> event.fact() == Fact.BEGUN).isPresent();
  }

  /** The latest event of a step that the predicate wants. */
  Optional<RotationEvent> last(Step step, Predicate<RotationEvent> wanted) {
    return events().reversed().stream()
        .filter(wanted)
        .filter(event -> event.detail(Detail.STEP).filter(step.wireName()::equals).isPresent())
        .findFirst();
  }
}
