package dev.postern.store.vault;

import dev.postern.store.Look;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Looks at many secrets. Vault has no call for several. */
final class Looks {
  private Looks() {}

  /**
   * One after another, until one shows that it is the server that fails: then the others, which
   * would wait as long for the same answer, have it at once.
   */
  static Map<SecretPath, Look> inTurn(SecretStore store, Set<SecretPath> paths) {
    Map<SecretPath, Look> looks = new HashMap<>();
    Look down = null;
    for (SecretPath path : paths) {
      Look look = down == null ? Look.at(store, path) : down;
      looks.put(path, look);
      if (look instanceof Look.Failed(StoreException why) && why.isTransient()) {
        down = look;
      }
    }
    return looks;
  }
}
