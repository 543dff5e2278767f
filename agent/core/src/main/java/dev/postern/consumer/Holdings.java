package dev.postern.consumer;

import dev.postern.SecretName;
import dev.postern.Version;
import java.util.List;

/**
 * Who holds which version, as a rotation asks before it revokes: the consumers of one agent, or the
 * agents of a whole fleet. Thread-safe; only {@link #holdingsNow} may block.
 */
public interface Holdings {

  /** What is held of one secret by those who live. */
  List<Holding> holdings(SecretName secret);

  /**
   * The same, from those who know it for certain: what an act that cannot be undone must ask.
   *
   * @throws dev.postern.journal.JournalException when they cannot be asked now: it is not to be
   *     done yet
   */
  default List<Holding> holdingsNow(SecretName secret) {
    return holdings(secret);
  }

  /**
   * Runs it whenever somebody takes a new version, acknowledges or goes away, until the answer is
   * closed. It must not block.
   */
  Listening onChange(Runnable listener);

  /**
   * Somebody held this version before a restart, and is waited for until they come back or are
   * gone.
   */
  void restore(SecretName secret, Version version, Consumer consumer);

  /** A listener's place. Closing it twice does nothing. */
  interface Listening extends AutoCloseable {
    @Override
    void close();
  }
}
