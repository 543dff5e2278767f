package dev.postern.kubernetes;

import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Fact;
import dev.postern.journal.RotationJournal;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** What a rotator with a fault writes down, and whether it looks before it acts. */
record MutatedJournal(RotationJournal real, VirtualTime.Host host, Mutant mutant, Random random)
    implements RotationJournal {
  /** Long enough for another one to be elected. */
  private static final Duration STANDSTILL = Duration.ofSeconds(40);

  @Override
  public List<RotationEvent> recovered() {
    return real.recovered();
  }

  @Override
  public void append(List<RotationEvent> events) {
    List<RotationEvent> written = events.stream().filter(event -> !isLost(event)).toList();
    if (!written.isEmpty()) {
      real.append(written);
    }
    if (mutant == Mutant.JOURNAL_THAT_WRITES_TWICE) {
      real.append(events.stream().filter(event -> event.fact() == Fact.DONE).toList());
    }
    boolean issued = events.stream().anyMatch(event -> Simulation.isDone(event, "issue"));
    if (mutant == Mutant.LEAVES_WHAT_IT_LOST && issued && random.nextBoolean()) {
      // The value is not staged yet: whoever takes over has to make another one.
      standStill();
    }
  }

  private boolean isLost(RotationEvent event) {
    return switch (mutant) {
      case JOURNAL_THAT_LOSES_A_PROBE -> event.fact() == Fact.PROBED && random.nextInt(3) == 0;
      case JOURNAL_THAT_LOSES_THE_END -> Simulation.isDone(event, "finish");
      default -> false;
    };
  }

  @Override
  public void requireCurrent() {
    if (mutant != Mutant.ACTS_WITHOUT_LOOKING) {
      real.requireCurrent();
    } else if (random.nextInt(10) == 0) {
      // Where looking is all that would keep it from the act.
      standStill();
    }
  }

  private void standStill() {
    host.stopFor(STANDSTILL);
    host.block(Duration.ofMillis(1));
  }

  @Override
  public void close() {
    real.close();
  }
}
