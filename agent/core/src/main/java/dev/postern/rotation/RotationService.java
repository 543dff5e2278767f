package dev.postern.rotation;

import dev.postern.RotationId;
import dev.postern.SecretName;
import dev.postern.Version;
import java.util.List;
import java.util.Optional;

/** Starts, shows and cancels rotations. Thread-safe; methods block for at most a store call. */
public interface RotationService {

  /**
   * Starts a rotation, or joins the one that runs for this secret: then its deadline becomes the
   * earlier of the two. On return the rotation is in the journal.
   *
   * @throws RotationRefused when nothing was started
   */
  Receipt start(RotationRequest request);

  /**
   * @throws RotationRefused when the request would be refused
   */
  RotationPreview preview(RotationRequest request);

  /**
   * Asks a rotation to go back; possible before its successor is promoted.
   *
   * @throws RotationRefused with {@code TOO_LATE} or {@code UNKNOWN_ROTATION}
   */
  void cancel(RotationId id, String requestedBy);

  /**
   * Records that a person did a task that a rotation left, or that it is open again.
   *
   * @param task its id in the receipt
   * @throws RotationRefused with {@code UNKNOWN_ROTATION}, {@code UNKNOWN_TASK} or {@code NOT_NOW}
   */
  Receipt mark(RotationId id, String task, boolean done, String markedBy);

  Optional<Receipt> find(RotationId id);

  /** All rotations that the journal holds, the latest first. */
  List<Receipt> list();

  /**
   * A consumer says that the provider refuses this version. A rotation that brought it about says
   * so in its receipt.
   */
  void rejected(SecretName secret, Version version, String consumer);

  /** Those that a bulk request of this name started or joined, the latest first. */
  List<Receipt> batch(String name);
}
