package dev.postern.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.Version;
import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoints;
import dev.postern.journal.JournalException;
import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationJournal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another agent goes on with the journal, while this one is in the middle of a rotation. */
final class TakenOverTest {
  @TempDir(factory = RamDirectory.class)
  Path directory;

  /** A journal that another agent takes over right after a given append of this one. */
  private static final class TakenOver implements RotationJournal {
    private final RotationJournal real;
    private final int last;
    private int appended;

    TakenOver(RotationJournal real, int last) {
      this.real = real;
      this.last = last;
    }

    boolean gone() {
      return appended >= last;
    }

    @Override
    public List<RotationEvent> recovered() {
      return real.recovered();
    }

    @Override
    public void append(List<RotationEvent> events) {
      requireCurrent();
      real.append(events);
      appended++;
    }

    @Override
    public void requireCurrent() {
      if (gone()) {
        throw new JournalException.Fenced("another agent has taken over");
      }
    }

    @Override
    public void close() {
      real.close();
    }
  }

  /** What was asked of store and provider after the end of the tenure. */
  private static final class LateCalls implements Failpoints {
    private final List<Failpoint> calls = new ArrayList<>();
    private List<TakenOver> journals = List.of();

    @Override
    public void reach(Failpoint failpoint, Failpoint.Moment moment) {
      boolean late = journals.stream().anyMatch(TakenOver::gone);
      if (late && moment == Failpoint.Moment.BEFORE && failpoint != Failpoint.JOURNAL_APPEND) {
        calls.add(failpoint);
      }
    }
  }

  @Test
  void formerAgentDoesNothingMoreAndTheOneThatTookOverEndsTheRotation() throws Exception {
    int appends = appendsOfAWholeRotation();
    assertThat(appends).isGreaterThan(15);
    for (int last = 1; last < appends; last++) {
      try (RotationHarness agent =
          new RotationHarness(Files.createDirectory(directory.resolve("at" + last)))) {
        List<TakenOver> journals = new ArrayList<>();
        LateCalls late = new LateCalls();
        late.journals = journals;
        int taken = last;
        agent.journalFault(
            real -> {
              journals.add(new TakenOver(real, taken));
              return journals.getLast();
            });
        agent.restart(late);
        agent.begin(Cause.COMPROMISED, Order.OVERLAP);
        assertThatThrownBy(agent::runToEnd)
            .as("taken over after append %s", last)
            .isInstanceOf(JournalException.Fenced.class);
        assertThat(late.calls).as("calls after append %s", last).isEmpty();

        agent.journalFault(real -> real);
        agent.restart();
        assertThat(agent.runToEnd().state()).isEqualTo(Receipt.DONE);
        assertThat(agent.issuer.live).hasSize(2).containsKey("foreign").doesNotContainKey("old");
      }
    }
  }

  private int appendsOfAWholeRotation() throws Exception {
    try (RotationHarness agent =
        new RotationHarness(Files.createDirectory(directory.resolve("whole")))) {
      List<TakenOver> journals = new ArrayList<>();
      agent.journalFault(
          real -> {
            journals.add(new TakenOver(real, Integer.MAX_VALUE));
            return journals.getLast();
          });
      agent.restart();
      agent.begin(Cause.COMPROMISED, Order.OVERLAP).runToEnd();
      return journals.getLast().appended;
    }
  }

  @Test
  void acknowledgementsOfManyAreOneWrite() {
    try (RotationHarness agent = new RotationHarness(directory)) {
      List<TakenOver> journals = new ArrayList<>();
      agent.journalFault(
          real -> {
            journals.add(new TakenOver(real, Integer.MAX_VALUE));
            return journals.getLast();
          });
      agent.restart();
      agent.begin(Cause.COMPROMISED, Order.OVERLAP).runUntil("promoted");
      Version promoted = agent.served().orElseThrow();
      for (int pid = 1; pid <= 1000; pid++) {
        agent.consumers.fetched(RotationHarness.NAME, promoted, agent.consumer(pid));
      }
      int before = journals.getLast().appended;
      Receipt done = agent.runToEnd();

      assertThat(done.acknowledged()).hasSize(1000);
      assertThat(journals.getLast().appended - before).isLessThan(20);
    }
  }
}
