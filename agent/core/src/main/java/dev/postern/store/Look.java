package dev.postern.store;

/** What one of many looks saw; see {@link SecretStore#look}. */
public sealed interface Look {

  record Seen(SecretHead head) implements Look {}

  /** Something is wrong with this one secret; the others' looks are not touched by it. */
  record Failed(StoreException why) implements Look {}

  /** One look by itself, with its failure as a value. */
  static Look at(SecretStore store, SecretPath path) {
    try {
      return new Seen(store.head(path));
    } catch (StoreException e) {
      return new Failed(e);
    }
  }
}
