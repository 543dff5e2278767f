package dev.postern.rotation;

import static dev.postern.rotation.ModelViolation.require;

import dev.postern.RotationId;
import dev.postern.rotation.ModelAction.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * From any moment on, without further faults and with consumers that never move again: the rotation
 * must come to a good end, in time, and leave room for the next one.
 */
final class ModelDrive {
  private static final int TOO_MANY_STEPS = 600;

  private static final int TOO_MANY_LOOKS = 6;

  /** The longest pause between two attempts, and the steps after it. */
  private static final Duration RETRY_INTERVAL = Duration.ofSeconds(6);

  private final ModelWorld world;
  private final Predicate<String> news;
  private final Instant since;

  private ModelDrive(ModelWorld world, Predicate<String> news) {
    this.world = world;
    this.news = news;
    this.since = world.time.instant();
  }

  /**
   * @param news whether an end was not met before, by its print: from the same end the next
   *     rotation is tried once
   */
  static void toTheEnd(ModelWorld world, Predicate<String> news) {
    new ModelDrive(world, news).run();
  }

  private void run() {
    world.perform(ModelAction.of(Kind.ALLOW));
    untilAllEnded();
    while (!world.delayed.isEmpty()) {
      world.perform(ModelAction.of(Kind.DELIVER));
    }
    lookUntilNothingBegins();
    world.truth.atEnd();
    if (news.test(ModelPrint.of(world, "end"))) {
      anotherOneSucceeds();
    }
  }

  /**
   * The agent looks again and again. A mark that it sees while a rotation runs, or that it cannot
   * record, begins one at a later look; and in the end every mark has been dealt with.
   */
  private void lookUntilNothingBegins() {
    int before;
    int looks = 0;
    do {
      require(looks++ < TOO_MANY_LOOKS, "I5", "one rotation after the other begins by itself");
      world.restartIfStuck();
      before = world.journal.states.size();
      world.perform(ModelAction.of(Kind.LOOK));
      untilAllEnded();
    } while (world.journal.states.size() > before);
  }

  private void untilAllEnded() {
    for (int steps = 0; world.running().isPresent(); steps++) {
      require(steps < TOO_MANY_STEPS, "I5", "the rotation does not end");
      world.restartIfStuck();
      revokedInTime(world.running().get());
      world.perform(ModelAction.STEP);
    }
  }

  private void revokedInTime(RotationId id) {
    RotationState state = world.journal.states.get(id);
    if (state == null || !state.plan().compromised() || state.facts().newVersion().isEmpty()) {
      return;
    }
    Instant deadline = state.plan().deadlineAt();
    Instant latest = (deadline.isAfter(since) ? deadline : since).plus(RETRY_INTERVAL);
    ModelStore.Entry old = world.store.versions.get(state.plan().oldVersion());
    require(
        world.time.instant().isBefore(latest)
            || old == null
            || !world.provider.accepts(old.fields()),
        "I3",
        "the old credential is alive, though the deadline has passed");
  }

  private void anotherOneSucceeds() {
    world.restartIfStuck();
    int before = world.journal.states.size();
    // A mark that stood over the restart has begun one already, and the request joins it.
    boolean runs = world.running().isPresent();
    world.perform(ModelAction.of(Kind.REQUEST));
    require(runs || world.journal.states.size() > before, "I5", "no further rotation begins");
    untilAllEnded();
    Optional<RotationState> last =
        world.journal.states.values().stream().reduce((one, other) -> other);
    require(
        last.orElseThrow() instanceof RotationState.Done,
        "I5",
        "the next rotation ends " + last.get().wireName());
  }
}
