package dev.postern.rotation;

import dev.postern.RotationId;
import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.consumer.Holdings;
import dev.postern.failpoint.Failpoints;
import dev.postern.journal.JournalException;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import dev.postern.journal.RotationJournal;
import dev.postern.rotation.RotationRefused.Reason;
import dev.postern.serving.SecretServing;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.SecretHead;
import dev.postern.time.TimeSource;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All rotations of an agent: at most one per secret at a time, each on a virtual thread of its own,
 * all of them in the journal.
 */
public final class Rotations implements RotationService, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Rotations.class);

  /** Who asked, when the store's flag did. */
  private static final String STORE_FLAG = "store flag";

  private static final int DEFAULT_CONCURRENCY = 8;

  private final Planning planning;
  private final RotationJournal journal;
  private final Failpoints failpoints;
  private final RotationListener listener;
  private final TimeSource time;
  private final SecretServing serving;
  private final Holdings consumers;
  private final Holdings.Listening listening;
  private final Run.Surroundings shared;
  private final RotationBook book = new RotationBook();
  private final Map<SecretName, RotationRunner> latest = new ConcurrentHashMap<>();
  private final RotationCapacity capacity;
  private final Resumption resumption;
  private final Aftermaths aftermaths;
  private final Consumer<RotationRunner> starter;
  private volatile boolean closed;

  /** What rotations work with; all of it is closed by whoever made it, after the rotations. */
  public record Surroundings(
      RotationJournal journal,
      SecretServing serving,
      Holdings consumers,
      TimeSource time,
      Failpoints failpoints) {}

  public Rotations(
      String installation,
      List<RotationTarget> targets,
      Surroundings surroundings,
      RotationListener listener) {
    this(installation, targets, surroundings, listener, new RotationCapacity(DEFAULT_CONCURRENCY));
  }

  /**
   * @param capacity shared with the other rotations of this process
   */
  public Rotations(
      String installation,
      List<RotationTarget> targets,
      Surroundings surroundings,
      RotationListener listener,
      RotationCapacity capacity) {
    this(installation, targets, surroundings, listener, RotationRunner::start, capacity);
  }

  /**
   * @param starter sets a rotation going; a test may take its steps itself instead
   */
  Rotations(
      String installation,
      List<RotationTarget> targets,
      Surroundings surroundings,
      RotationListener listener,
      Consumer<RotationRunner> starter) {
    this(
        installation,
        targets,
        surroundings,
        listener,
        starter,
        new RotationCapacity(DEFAULT_CONCURRENCY));
  }

  private Rotations(
      String installation,
      List<RotationTarget> targets,
      Surroundings surroundings,
      RotationListener listener,
      Consumer<RotationRunner> starter,
      RotationCapacity capacity) {
    this.starter = starter;
    this.capacity = capacity;
    Map<SecretName, RotationTarget> byName =
        targets.stream().collect(Collectors.toMap(target -> target.secret().name(), t -> t));
    this.journal = surroundings.journal();
    this.failpoints = surroundings.failpoints();
    this.listener = listener;
    this.time = surroundings.time();
    this.serving = surroundings.serving();
    this.consumers = surroundings.consumers();
    this.shared = new Run.Surroundings(installation, serving, consumers, time, book::hasEnded);
    this.planning = new Planning(byName, serving, time);
    this.resumption = new Resumption(byName, serving, consumers);
    this.aftermaths = new Aftermaths(installation, book.all(), surroundings, listener, capacity);
    this.listening = consumers.onChange(() -> latest.values().forEach(RotationRunner::wake));
  }

  /**
   * Takes up what the journal holds: ended rotations for their receipts, and the others to go on.
   * Called once, before the secrets are served.
   */
  public synchronized void resume() {
    resumption.takeUp(journal, failpoints, time).forEach(book::enter);
    for (Chronicle chronicle : book.unfinished()) {
      resumption.target(chronicle).ifPresent(target -> launch(chronicle, target));
    }
    for (Chronicle chronicle : book.all()) {
      planning
          .target(chronicle.state().plan().secret())
          .ifPresent(target -> aftermaths.watch(chronicle, target));
    }
  }

  private void launch(Chronicle chronicle, RotationTarget target) {
    Outside outside = new Outside(target, chronicle.state().plan().scope(), failpoints, journal);
    Run run = new Run(chronicle, outside, shared, capacity.pause(target.issuer()));
    RotationRunner runner = new RotationRunner(run, listener, capacity.slots());
    latest.put(target.secret().name(), runner);
    starter.accept(runner);
  }

  @Override
  public Receipt start(RotationRequest request) {
    requireOpen();
    RotationTarget target = planning.rotatable(request.secret());
    try {
      Optional<Receipt> known = joinRunning(request, target).or(() -> rotatedBefore(request));
      if (known.isPresent()) {
        return known.get();
      }
      // Not under the lock: a store that hangs must not hold up the other secrets' rotations.
      SecretHead head = planning.head(request, target);
      return joinOrBegin(request, target, head);
    } catch (JournalException e) {
      throw new RotationRefused(Reason.NOT_NOW, e.getMessage());
    }
  }

  private synchronized Receipt joinOrBegin(
      RotationRequest request, RotationTarget target, SecretHead head) {
    requireOpen();
    Optional<Receipt> known = joinRunning(request, target).or(() -> rotatedBefore(request));
    if (known.isPresent()) {
      return known.get();
    }
    RotationPlan plan = planning.plan(request, target, head);
    Chronicle chronicle =
        Chronicle.begin(plan, consumers.holdings(plan.secret()), journal, failpoints, time);
    book.enter(chronicle);
    if (plan.compromised()) {
      serving.taint(plan.secret(), plan.oldVersion());
    }
    launch(chronicle, target);
    aftermaths.watch(chronicle, target);
    return chronicle.receipt();
  }

  private synchronized Optional<Receipt> joinRunning(
      RotationRequest request, RotationTarget target) {
    return Optional.ofNullable(latest.get(request.secret()))
        .filter(RotationRunner::running)
        .map(running -> join(running, request, target))
        .filter(receipt -> !receipt.ended());
  }

  private Receipt join(RotationRunner running, RotationRequest request, RotationTarget target) {
    Chronicle chronicle = running.chronicle();
    Instant deadline = planning.joinedDeadline(request, target, chronicle.state());
    if (!Planning.isNews(request, chronicle, deadline, STORE_FLAG)) {
      return chronicle.receipt();
    }
    Map<Detail, String> details = new EnumMap<>(Detail.class);
    details.put(Detail.CAUSE, request.cause().wireName());
    details.put(Detail.DEADLINE_AT, deadline.toString());
    details.put(Detail.REQUESTED_BY, request.requestedBy());
    details.put(Detail.REASON, request.reason());
    request.batch().ifPresent(name -> details.put(Detail.BATCH, name));
    chronicle.record(Fact.JOINED, details);
    if (chronicle.state().plan().compromised()) {
      resumption.markCompromised(chronicle.state());
      aftermaths.watch(chronicle, target);
    }
    running.wake();
    return chronicle.receipt();
  }

  private Optional<Receipt> rotatedBefore(RotationRequest request) {
    return request.batch().flatMap(batch -> book.rotatedInBatch(request.secret(), batch));
  }

  private void requireOpen() {
    if (closed) {
      throw new RotationRefused(Reason.NOT_NOW, "the agent is stopping: try again when it is back");
    }
  }

  @Override
  public RotationPreview preview(RotationRequest request) {
    requireOpen();
    RotationTarget target = planning.rotatable(request.secret());
    return Previewing.preview(
        planning.plan(request, target, planning.head(request, target)),
        target,
        consumers.holdings(request.secret()));
  }

  @Override
  public void cancel(RotationId id, String requestedBy) {
    RotationPlan plan = book.cancellable(id).plan();
    RotationRunner running =
        Optional.ofNullable(latest.get(plan.secret()))
            .filter(runner -> runner.id().equals(id))
            .orElseThrow(
                () ->
                    new RotationRefused(
                        Reason.NOT_ROTATABLE,
                        "rotation "
                            + id
                            + " does not run, because the config no longer has "
                            + plan.secret()
                            + " with its issuer: put it back, restart, and cancel again"));
    try {
      if (!running.cancel(requestedBy)) {
        throw RotationBook.tooLate(running.chronicle().state());
      }
    } catch (JournalException e) {
      throw new RotationRefused(Reason.NOT_NOW, e.getMessage());
    }
  }

  @Override
  public Receipt mark(RotationId id, String task, boolean done, String markedBy) {
    return aftermaths.mark(book.find(id), id, task, done, markedBy);
  }

  @Override
  public Optional<Receipt> find(RotationId id) {
    return book.find(id).map(Chronicle::receipt);
  }

  @Override
  public List<Receipt> list() {
    return book.receipts(one -> true);
  }

  @Override
  public List<Receipt> batch(String name) {
    return book.receipts(one -> one.belongsTo(name));
  }

  /** How each secret stands that the journal knows of; for a look every few seconds. */
  public List<RotationStanding> standings() {
    return Standings.of(book.all());
  }

  @Override
  public void rejected(SecretName secret, Version version, String consumer) {
    Optional.ofNullable(latest.get(secret))
        .filter(running -> running.brings(version))
        .ifPresent(running -> running.rejectedBy(consumer));
  }

  /**
   * A store shows a compromised mark on its current version. Starts a rotation, once per version
   * and mark: one that ended without success has called a person, and is not tried for ever.
   */
  public void flagged(SecretName secret, Version version, CompromiseFlag flag) {
    boolean known = book.knowsLeak(secret, version, STORE_FLAG, flag.mark());
    if (known || planning.target(secret).isEmpty()) {
      return;
    }
    try {
      start(
          new RotationRequest(
              secret,
              Cause.COMPROMISED,
              flag.mark(),
              STORE_FLAG,
              Optional.empty(),
              Optional.empty()));
    } catch (RotationRefused e) {
      log.atError()
          .addKeyValue("secret", secret)
          .addKeyValue("why", e.getMessage())
          .log("a secret is flagged as compromised and cannot be rotated");
    }
  }

  /** Stops every rotation between two acts. They go on when the journal is opened again. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    listening.close();
    latest.values().forEach(RotationRunner::stop);
    aftermaths.close();
    latest.values().forEach(RotationRunner::close);
  }
}
