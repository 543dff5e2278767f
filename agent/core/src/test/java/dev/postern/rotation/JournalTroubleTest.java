package dev.postern.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoint.Moment;
import dev.postern.failpoint.Failpoints;
import dev.postern.journal.JournalException;
import dev.postern.rotation.Setting.Trial;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A disk that is full, does not sync, or tears a record: at every record of a rotation. */
final class JournalTroubleTest {
  private static final int MOST_RECORDS = 100;

  /** The calls that change something outside. */
  private static final Set<Failpoint> ACTS =
      EnumSet.of(
          Failpoint.ISSUER_ISSUE,
          Failpoint.ISSUER_ACTIVATE,
          Failpoint.ISSUER_REVOKE_PREDECESSOR,
          Failpoint.STORE_PROMOTE);

  @TempDir(factory = RamDirectory.class)
  Path directory;

  private int trials;

  @ParameterizedTest
  @EnumSource
  void rotationWaitsForRoomAndThenEndsWell(Setting setting) {
    for (int record = 1; record < MOST_RECORDS; record++) {
      AtomicReference<@Nullable FailingJournal> journal = new AtomicReference<>();
      int first = record;
      try (Trial trial = next(setting)) {
        trial.agent.journalFault(real -> keep(journal, FailingJournal.full(real, first, 5)));
        trial.agent.restart();
        drive(trial, trial.plan(Cause.COMPROMISED), journal);
        trial.assertDone();
        if (!required(journal).failed()) {
          return;
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void afterASyncThatFailedNothingIsDoneUntilTheJournalIsOpenedAnew(Setting setting) {
    for (int record = 1; record < MOST_RECORDS; record++) {
      AtomicReference<@Nullable FailingJournal> journal = new AtomicReference<>();
      int first = record;
      try (Trial trial = next(setting)) {
        trial.agent.journalFault(real -> keep(journal, FailingJournal.unsynced(real, first)));
        trial.agent.failpoints(refusingActsWhileBroken(journal));
        trial.agent.restart(refusingActsWhileBroken(journal));
        RotationPlan plan = trial.plan(Cause.COMPROMISED);
        drive(trial, plan, journal);
        if (!required(journal).isBroken()) {
          trial.assertDone();
          return;
        }
        trial.agent.journalFault(real -> real);
        resume(trial, plan);
        trial.assertDone();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRecordTornByTheCrashIsAsIfItHadNotBeenWritten(Setting setting) throws IOException {
    for (int record = 1; record < MOST_RECORDS; record++) {
      for (int torn : new int[] {1, 7, 20}) {
        Path place = directory.resolve(Integer.toString(++trials));
        try (Trial trial = setting.trial(place)) {
          RotationPlan plan = trial.plan(Cause.COMPROMISED);
          trial.agent.failpoints(
              Faults.crashAt(Failpoint.JOURNAL_APPEND, Moment.ANSWER_LOST, record));
          try {
            trial.agent.begin(plan).runToEnd();
            return;
          } catch (Faults.Crash crash) {
            tear(place, torn);
          }
          resume(trial, plan);
          trial.assertDone();
        }
      }
    }
  }

  private static void drive(
      Trial trial, RotationPlan plan, AtomicReference<@Nullable FailingJournal> journal) {
    boolean begun = false;
    for (int attempts = 0; attempts < 20; attempts++) {
      try {
        if (!begun) {
          trial.agent.begin(plan);
          begun = true;
        }
        trial.agent.runToEnd();
        return;
      } catch (JournalException.Unwritable e) {
        if (required(journal).isBroken()) {
          return;
        }
      }
    }
    throw new AssertionError("the rotation did not go on when there was room again");
  }

  private static void resume(Trial trial, RotationPlan plan) {
    if (!trial.agent.restart()) {
      trial.agent.begin(plan);
    }
    trial.agent.runToEnd();
  }

  private static Failpoints refusingActsWhileBroken(
      AtomicReference<@Nullable FailingJournal> journal) {
    return (failpoint, moment) -> {
      FailingJournal now = journal.get();
      if (moment == Moment.BEFORE && ACTS.contains(failpoint) && now != null) {
        assertThat(now.isBroken()).as("%s while nothing can be recorded", failpoint).isFalse();
      }
    };
  }

  private static void tear(Path directory, int bytes) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      Path journal =
          files.max(Comparator.comparingLong(file -> file.toFile().length())).orElseThrow();
      try (RandomAccessFile file = new RandomAccessFile(journal.toFile(), "rw")) {
        file.setLength(file.length() - bytes);
      }
    }
  }

  private static FailingJournal keep(
      AtomicReference<@Nullable FailingJournal> place, FailingJournal journal) {
    place.set(journal);
    return journal;
  }

  private static FailingJournal required(AtomicReference<@Nullable FailingJournal> place) {
    FailingJournal journal = place.get();
    if (journal == null) {
      throw new AssertionError("no journal was opened");
    }
    return journal;
  }

  private Trial next(Setting setting) {
    return setting.trial(directory.resolve(Integer.toString(++trials)));
  }
}
