package dev.postern.rotation;

import dev.postern.journal.JournalException;
import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationJournal;
import java.util.List;

/** A journal on a disk that is full for a while, or whose sync fails. */
final class FailingJournal implements RotationJournal {
  private final RotationJournal real;
  private final int first;
  private final int failures;
  private final boolean afterWriting;
  private int appended;
  private boolean broken;

  private FailingJournal(RotationJournal real, int first, int failures, boolean afterWriting) {
    this.real = real;
    this.first = first;
    this.failures = failures;
    this.afterWriting = afterWriting;
  }

  /** From the given append on, so many find no room; nothing of them is on the disk. */
  static FailingJournal full(RotationJournal real, int first, int failures) {
    return new FailingJournal(real, first, failures, false);
  }

  /**
   * The given append is on the disk, but nobody can say so: its sync failed. From then on the
   * journal refuses, until it is opened anew.
   */
  static FailingJournal unsynced(RotationJournal real, int first) {
    return new FailingJournal(real, first, 1, true);
  }

  boolean failed() {
    return appended >= first;
  }

  boolean isBroken() {
    return broken;
  }

  @Override
  public List<RotationEvent> recovered() {
    return real.recovered();
  }

  @Override
  public void append(List<RotationEvent> events) {
    if (broken) {
      throw new JournalException.Unwritable("failed before", null);
    }
    appended++;
    if (appended < first || appended >= first + failures) {
      real.append(events);
      return;
    }
    if (afterWriting) {
      real.append(events);
      broken = true;
    }
    throw new JournalException.Unwritable(afterWriting ? "sync failed" : "no room", null);
  }

  @Override
  public void close() {
    real.close();
  }
}
