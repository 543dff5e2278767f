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

  /**
   * Records a fact. On return it survives the loss of the process and of power.
   *
   * @throws JournalException.Unwritable when it could not be recorded. After a full disk the
   *     journal takes records again as soon as there is room; when what the disk holds is not
   *     known, it refuses all further ones until it is opened anew.
   */
  void append(RotationEvent event);

  @Override
  void close();
}
