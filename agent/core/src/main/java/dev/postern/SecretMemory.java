package dev.postern;

import java.nio.ByteBuffer;
import java.util.ServiceLoader;

/**
 * Where secret bytes live: memory outside the Java heap that is wiped when it is given back. The
 * first provider found by {@link ServiceLoader} serves the whole process, because locking and core
 * dumps are matters of the process; without one, plain direct memory is used.
 *
 * <p>Thread-safe.
 */
public interface SecretMemory {

  /** The memory of this process. */
  static SecretMemory process() {
    return ProcessSecretMemory.INSTANCE;
  }

  /**
   * A zero-filled block; the caller closes it.
   *
   * @param size bytes, at least 1
   */
  Block allocate(int size);

  /** One line for the start-up log and {@code status}: what this memory protects against. */
  String protection();

  /** Whether blocks are kept out of swap. */
  boolean locked();

  /** A piece of secret memory. Not thread-safe; its owner guards it. */
  interface Block extends AutoCloseable {
    /**
     * The whole block as a direct, writable buffer with its own position and limit, valid until
     * {@link #close()}.
     */
    ByteBuffer buffer();

    /** Wipes the block and gives it back. Repeating it does nothing. */
    @Override
    void close();
  }
}
