package dev.postern.journal;

import java.util.List;

/**
 * The durable record of rotations: append-only, written before and after each act, so that an agent
 * killed at any instruction can go on where it was.
 *
 * <p>Thread-safe; methods block for the disk. The one who opened it closes it.
 */
public interface RotationJournal extends AutoCloseable {

  /** What was recorded before this journal was opened, in the order of writing. */
  List<RotationEvent> recovered();

  /**
   * Records a fact. On return it survives the loss of the process and of power.
   *
   * @throws JournalException.Unwritable when it could not be recorded. The journal then refuses all
   *     further records until it is opened anew, since what the disk holds is not known.
   */
  void append(RotationEvent event);

  @Override
  void close();
}
