package dev.postern.rotation;

import dev.postern.RotationTag;
import dev.postern.SecretFields;
import dev.postern.consumer.Holdings;
import dev.postern.issuer.LiveCredential;
import dev.postern.serving.SecretServing;
import dev.postern.time.Signal;
import dev.postern.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the steps of one rotation work with, and the two values it keeps in memory while it runs.
 * All but {@link #wake} and {@link #cancel} belong to the rotation's own thread.
 */
final class Run implements AutoCloseable {
  final Chronicle chronicle;
  final Outside outside;
  final SecretServing serving;
  final Holdings consumers;
  final TimeSource time;
  final Signal wake = new Signal();

  /** Shared by all rotations of one issuer. */
  final ProviderPause pause;

  /** Whether a rotation with this id is known and has ended: what it left pending is litter. */
  final Predicate<dev.postern.RotationId> hasEnded;

  private final String installation;

  /**
   * When this process took the rotation up and let it act: what was missed while no agent ran, or
   * while others were served first, is not held against it.
   */
  private Instant takenUpAt;

  private @Nullable SecretFields predecessor;
  private @Nullable SecretFields successor;

  /** A run on its own. */
  Run(Chronicle chronicle, Outside outside, Surroundings around) {
    this(chronicle, outside, around, new ProviderPause());
  }

  Run(Chronicle chronicle, Outside outside, Surroundings around, ProviderPause pause) {
    this.pause = pause;
    this.chronicle = chronicle;
    this.outside = outside;
    this.serving = around.serving();
    this.consumers = around.consumers();
    this.time = around.time();
    this.hasEnded = around.hasEnded();
    this.installation = around.installation();
    this.takenUpAt = time.instant();
  }

  /** What all rotations of an agent share. */
  record Surroundings(
      String installation,
      SecretServing serving,
      Holdings consumers,
      TimeSource time,
      Predicate<dev.postern.RotationId> hasEnded) {}

  RotationPlan plan() {
    return chronicle.state().plan();
  }

  RotationTag tag() {
    return plan().tag(installation);
  }

  /** Until when a successor must be in use. */
  Instant successorLimit() {
    Duration allowed = Duration.between(plan().flaggedAt(), plan().deadlineAt());
    return later(plan().deadlineAt(), takenUpAt.plus(allowed));
  }

  /** Until when what follows promotion is tried without a person. */
  Instant patienceEnds(Duration patience) {
    return later(plan().deadlineAt(), takenUpAt).plus(patience);
  }

  /** It had to wait for others before it could do anything at all. */
  void couldActFrom(Instant at) {
    if (chronicle.untouched()) {
      takenUpAt = later(takenUpAt, at);
    }
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /** Whether it goes back now: what cannot be undone may have been begun. */
  boolean cancel(String requestedBy) {
    boolean granted = chronicle.cancel(requestedBy);
    wake.raise();
    return granted;
  }

  Optional<SecretFields> predecessor() {
    return Optional.ofNullable(predecessor);
  }

  Optional<SecretFields> successor() {
    return Optional.ofNullable(successor);
  }

  /** Keeps the old credential's value; takes it over. */
  void keepPredecessor(SecretFields fields) {
    if (predecessor != null) {
      predecessor.close();
    }
    predecessor = fields;
  }

  /** Keeps the new credential's value; takes it over. */
  void keepSuccessor(SecretFields fields) {
    forgetSuccessor();
    successor = fields;
  }

  void forgetSuccessor() {
    if (successor != null) {
      successor.close();
      successor = null;
    }
  }

  /** The live credentials that this very rotation made. */
  List<LiveCredential> madeByThisRotation(List<LiveCredential> live) {
    String tag = tag().toString();
    return live.stream().filter(credential -> credential.description().equals(tag)).toList();
  }

  @Override
  public void close() {
    forgetSuccessor();
    if (predecessor != null) {
      predecessor.close();
      predecessor = null;
    }
  }
}
