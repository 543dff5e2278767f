package dev.postern.store;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What one of many looks saw; see {@link SecretStore#look}. */
public sealed interface Look {
  /** So many failures in a row are not the fault of single secrets. */
  int ENOUGH = 3;

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

  /**
   * One after another. When several in a row cannot be told because the store is away, the rest
   * share the last one's failure and are not asked for: an outage is not paid for by every secret.
   */
  static Map<SecretPath, Look> oneByOne(SecretStore store, Set<SecretPath> paths) {
    Map<SecretPath, Look> looks = new HashMap<>();
    int away = 0;
    Look last = null;
    for (SecretPath path : paths) {
      if (last == null || away < ENOUGH) {
        last = at(store, path);
        away = last instanceof Failed failed && failed.why.isTransient() ? away + 1 : 0;
      }
      looks.put(path, last);
    }
    return looks;
  }
}
