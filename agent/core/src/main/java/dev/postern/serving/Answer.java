package dev.postern.serving;

import dev.postern.store.SecretHead;
import dev.postern.store.StoredSecret;

/** What came of asking a store for one secret. */
sealed interface Answer {

  /** The version that the store has, and whether it is flagged. */
  record Seen(SecretHead head) implements Answer {}

  /** The same, and the value; whoever takes the answer closes it. */
  record Read(SecretHead head, StoredSecret stored) implements Answer {}

  /** One failure may be the answer for many secrets: it is then one call that failed. */
  record Failed(RuntimeException why) implements Answer {}

  /** Wipes the value in it, if there is one. */
  default void discard() {
    if (this instanceof Read read) {
      read.stored().close();
    }
  }
}
