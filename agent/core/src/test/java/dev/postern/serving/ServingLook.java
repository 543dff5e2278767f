package dev.postern.serving;

import dev.postern.SecretName;
import dev.postern.store.StoreException;
import java.util.List;

/** One look at the store, taken on the caller's thread and when the caller wants it. */
public final class ServingLook {
  private ServingLook() {}

  public static void at(
      SecretServing serving, SecretName name, SecretServing.FlagListener flagListener) {
    ServedSecret secret = serving.secret(name);
    StoreCalls calls = new StoreCalls(secret.definition().store());
    long begun = secret.publications();
    try {
      Answer answer = calls.look(List.of(secret)).values().iterator().next();
      secret
          .take(begun, answer, serving.time())
          .ifPresent(flagged -> flagListener.flagged(name, flagged.version(), flagged.flag()));
    } catch (StoreException e) {
      secret.failed(e.getMessage());
    }
  }
}
