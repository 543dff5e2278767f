package dev.postern.journal;

import java.util.List;

/**
 * The durable record of rotations: append-only, written before and after each act, so that an agent
 * killed at any instruction can go on where it was.
 *
 * <p>Thread-safe; methods block for the disk. The one who opened it closes it.
 */
public interface RotationJournal extends AutoCloseable {

  /**
   * What was recorded before this journal was opened, in the order of writing. Handed out once: a
   * second call gets nothing, so that a journal of years is not kept in memory twice.
   */
  List<RotationEvent> recovered();

  /** Records one fact, as {@link #append(List)} does. */
  default void append(RotationEvent event) {
    append(List.of(event));
  }

  /**
   * Records facts, in this order. On return they survive the loss of the process and of power. Of
   * those whose recording a crash cuts short, the first ones may be there.
   *
   * @throws JournalException.Unwritable when they could not be recorded. After a full disk the
   *     journal takes records again as soon as there is room; when what the disk holds is not
   *     known, it refuses all further ones until it is opened anew.
   */
  void append(List<RotationEvent> events);

  /**
   * Asked before each act outside that no record comes before: nothing may be done for a journal
   * that another agent goes on with, or may by now.
   *
   * @throws JournalException when a record would be refused now
   */
  default void requireCurrent() {}

  @Override
  void close();
}
