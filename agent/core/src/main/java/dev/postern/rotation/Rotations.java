package dev.postern.rotation;

import dev.postern.RotationId;
import dev.postern.SecretName;
import dev.postern.consumer.ConsumerRegistry;
import dev.postern.failpoint.Failpoints;
import dev.postern.journal.JournalException;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import dev.postern.journal.RotationJournal;
import dev.postern.rotation.RotationRefused.Reason;
import dev.postern.serving.SecretServing;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.SecretHead;
import dev.postern.store.StoreException;
import dev.postern.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
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

  private final Map<SecretName, RotationTarget> targets;
  private final RotationJournal journal;
  private final Failpoints failpoints;
  private final RotationListener listener;
  private final TimeSource time;
  private final SecretServing serving;
  private final ConsumerRegistry consumers;
  private final Run.Surroundings shared;
  private final Map<RotationId, Chronicle> all = new ConcurrentHashMap<>();
  private final Map<SecretName, RotationRunner> latest = new ConcurrentHashMap<>();
  private final Resumption resumption;
  private final Consumer<RotationRunner> starter;
  private volatile boolean closed;

  /** What rotations work with; all of it is closed by whoever made it, after the rotations. */
  public record Surroundings(
      RotationJournal journal,
      SecretServing serving,
      ConsumerRegistry consumers,
      TimeSource time,
      Failpoints failpoints) {}

  public Rotations(
      String installation,
      List<RotationTarget> targets,
      Surroundings surroundings,
      RotationListener listener) {
    this(installation, targets, surroundings, listener, RotationRunner::start);
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
    this.starter = starter;
    this.targets =
        targets.stream().collect(Collectors.toMap(target -> target.secret().name(), t -> t));
    this.journal = surroundings.journal();
    this.failpoints = surroundings.failpoints();
    this.listener = listener;
    this.time = surroundings.time();
    this.serving = surroundings.serving();
    this.consumers = surroundings.consumers();
    this.shared = new Run.Surroundings(installation, serving, consumers, time, this::hasEnded);
    this.resumption = new Resumption(this.targets, serving, consumers);
    consumers.onChange(() -> latest.values().forEach(RotationRunner::wake));
  }

  /**
   * Takes up what the journal holds: ended rotations for their receipts, and the others to go on.
   * Called once, before the secrets are served.
   */
  public synchronized void resume() {
    for (Chronicle chronicle : resumption.takeUp(journal, failpoints, time)) {
      all.put(chronicle.state().plan().id(), chronicle);
    }
    for (Chronicle chronicle : all.values()) {
      if (!(chronicle.state() instanceof RotationState.Ended)) {
        resumption.target(chronicle).ifPresent(target -> launch(chronicle, target));
      }
    }
  }

  private void launch(Chronicle chronicle, RotationTarget target) {
    Outside outside = new Outside(target, chronicle.state().plan().scope(), failpoints);
    RotationRunner runner = new RotationRunner(new Run(chronicle, outside, shared), listener);
    latest.put(target.secret().name(), runner);
    starter.accept(runner);
  }

  private boolean hasEnded(RotationId id) {
    Chronicle chronicle = all.get(id);
    return chronicle != null && chronicle.state() instanceof RotationState.Ended;
  }

  @Override
  public Receipt start(RotationRequest request) {
    RotationTarget target = rotatable(request.secret());
    try {
      Optional<Receipt> joined = joinRunning(request, target);
      if (joined.isPresent()) {
        return joined.get();
      }
      // Not under the lock: a store that hangs must not hold up the other secrets' rotations.
      SecretHead head = head(target);
      return joinOrBegin(request, target, head);
    } catch (JournalException e) {
      throw new RotationRefused(Reason.NOT_NOW, e.getMessage());
    }
  }

  private synchronized Receipt joinOrBegin(
      RotationRequest request, RotationTarget target, SecretHead head) {
    rotatable(request.secret());
    Optional<Receipt> joined = joinRunning(request, target);
    if (joined.isPresent()) {
      return joined.get();
    }
    RotationPlan plan = plan(request, target, head);
    Chronicle chronicle = Chronicle.begin(plan, journal, failpoints, time);
    all.put(plan.id(), chronicle);
    if (plan.compromised()) {
      serving.taint(plan.secret(), plan.oldVersion());
    }
    launch(chronicle, target);
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
    RotationState state = chronicle.state();
    Duration allowed = request.deadline().orElse(target.policy().deadline());
    chronicle.record(
        Fact.JOINED,
        Map.of(
            Detail.CAUSE,
            request.cause().wireName(),
            Detail.DEADLINE_AT,
            deadline(request, allowed, state.plan()).toString(),
            Detail.REQUESTED_BY,
            request.requestedBy(),
            Detail.REASON,
            request.reason()));
    if (chronicle.state().plan().compromised()) {
      resumption.markCompromised(chronicle.state());
    }
    running.wake();
    return chronicle.receipt();
  }

  /** Only a leak, or an explicit wish, makes a running rotation more urgent. */
  private Instant deadline(RotationRequest request, Duration allowed, RotationPlan running) {
    boolean urgent = request.cause() == Cause.COMPROMISED || request.deadline().isPresent();
    return urgent ? now().plus(allowed) : running.deadlineAt();
  }

  private RotationPlan plan(RotationRequest request, RotationTarget target, SecretHead head) {
    Instant now = now();
    return new RotationPlan(
        RotationId.random(),
        request.secret(),
        target.scope(),
        request.cause(),
        request.reason(),
        request.requestedBy(),
        target.order(request.order()),
        target.policy().withoutSuccessor(),
        now,
        now.plus(request.deadline().orElse(target.policy().deadline())),
        target.policy().grace(),
        head.current());
  }

  private Instant now() {
    return time.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private RotationTarget rotatable(SecretName name) {
    if (closed) {
      throw new RotationRefused(Reason.NOT_NOW, "the agent is stopping: try again when it is back");
    }
    if (serving.definition(name).isEmpty()) {
      throw new RotationRefused(
          Reason.UNKNOWN_SECRET,
          "no secret is called " + name + ": `postern list` shows the names");
    }
    RotationTarget target = targets.get(name);
    if (target == null) {
      throw new RotationRefused(
          Reason.NOT_ROTATABLE,
          "this agent cannot rotate "
              + name
              + ": its kind is not rotated by this version, or the config gives it no issuer");
    }
    if (!target.secret().store().capabilities().writable()) {
      throw new RotationRefused(
          Reason.STORE_READ_ONLY,
          "the store "
              + target.secret().store().name()
              + " is read-only, so a successor of "
              + name
              + " cannot be kept: move the secret to a writable store");
    }
    return target;
  }

  private static SecretHead head(RotationTarget target) {
    try {
      return target.secret().store().head(target.secret().path());
    } catch (StoreException e) {
      throw new RotationRefused(Reason.STORE_UNREACHABLE, e.getMessage());
    }
  }

  @Override
  public RotationPreview preview(RotationRequest request) {
    RotationTarget target = rotatable(request.secret());
    return Previewing.preview(
        plan(request, target, head(target)), target, consumers.holdings(request.secret()));
  }

  @Override
  public void cancel(RotationId id, String requestedBy) {
    Chronicle chronicle = all.get(id);
    if (chronicle == null) {
      throw new RotationRefused(
          Reason.UNKNOWN_ROTATION,
          "no rotation has the id " + id + ": `postern rotations` lists them");
    }
    RotationState state = chronicle.state();
    if (!(state instanceof RotationState.BeforePromotion) || state.facts().committed()) {
      throw new RotationRefused(
          Reason.TOO_LATE,
          "rotation "
              + id
              + " is "
              + state.wireName()
              + ": it can be cancelled only before promotion, and before the old credential is"
              + " touched");
    }
    RotationRunner running =
        Optional.ofNullable(latest.get(state.plan().secret()))
            .filter(runner -> runner.id().equals(id))
            .orElseThrow(
                () ->
                    new RotationRefused(
                        Reason.NOT_ROTATABLE,
                        "rotation "
                            + id
                            + " does not run, because the config no longer has "
                            + state.plan().secret()
                            + " with its issuer: put it back, restart, and cancel again"));
    try {
      running.cancel(requestedBy);
    } catch (JournalException e) {
      throw new RotationRefused(Reason.NOT_NOW, e.getMessage());
    }
  }

  @Override
  public Optional<Receipt> find(RotationId id) {
    return Optional.ofNullable(all.get(id)).map(Chronicle::receipt);
  }

  @Override
  public List<Receipt> list() {
    return all.values().stream()
        .map(Chronicle::receipt)
        .sorted(Comparator.comparing(Receipt::flaggedAt).reversed())
        .toList();
  }

  /**
   * A store shows a compromised mark on its current version. Starts a rotation, once per version
   * and mark: one that ended without success has called a person, and is not tried for ever.
   */
  public void flagged(SecretName secret, dev.postern.Version version, CompromiseFlag flag) {
    boolean known =
        all.values().stream()
            .map(chronicle -> chronicle.state().plan())
            .filter(plan -> plan.secret().equals(secret) && plan.compromised())
            .anyMatch(
                plan ->
                    plan.oldVersion().equals(version)
                        || (plan.requestedBy().equals(STORE_FLAG)
                            && plan.reason().equals(flag.mark())));
    if (known || !targets.containsKey(secret)) {
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
    latest.values().forEach(RotationRunner::stop);
    latest.values().forEach(RotationRunner::close);
  }
}
