package dev.postern.rotation;

import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationJournal;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** A journal whose appends are measured: almost all of their time is the disk's. */
final class TimedJournal implements RotationJournal {
  final LongAdder nanos = new LongAdder();
  final LongAdder appends = new LongAdder();
  private final RotationJournal journal;

  TimedJournal(RotationJournal journal) {
    this.journal = journal;
  }

  @Override
  public List<RotationEvent> recovered() {
    return journal.recovered();
  }

  @Override
  public void append(List<RotationEvent> events) {
    long begun = System.nanoTime();
    journal.append(events);
    nanos.add(System.nanoTime() - begun);
    appends.increment();
  }

  @Override
  public void close() {
    journal.close();
  }
}
