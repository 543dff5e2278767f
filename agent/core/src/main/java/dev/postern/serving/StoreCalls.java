package dev.postern.serving;

import dev.postern.store.Look;
import dev.postern.store.SecretHead;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** The ways in which a store is asked. Changes nothing: what the answers mean is for others. */
final class StoreCalls {
  private final SecretStore store;

  StoreCalls(SecretStore store) {
    this.store = store;
  }

  /**
   * Which versions these secrets have. Where just one of them changed, its value comes along.
   *
   * @return an answer for each of them, in their order
   * @throws StoreException when the call failed as a whole
   */
  Map<ServedSecret, Answer> look(List<ServedSecret> secrets) {
    Map<ServedSecret, Answer> answers =
        secrets.size() == 1 ? one(secrets.getFirst()) : many(secrets);
    ServedSecret changed = null;
    for (Map.Entry<ServedSecret, Answer> each : answers.entrySet()) {
      if (each.getValue() instanceof Answer.Seen seen && each.getKey().wants(seen.head())) {
        if (changed != null) {
          return answers;
        }
        changed = each.getKey();
      }
    }
    if (changed != null && answers.get(changed) instanceof Answer.Seen seen) {
      answers.put(changed, read(changed, seen.head()));
    }
    return answers;
  }

  private Map<ServedSecret, Answer> one(ServedSecret secret) {
    Map<ServedSecret, Answer> answers = new LinkedHashMap<>();
    answers.put(secret, answer(Look.at(store, secret.definition().path())));
    return answers;
  }

  private Map<ServedSecret, Answer> many(List<ServedSecret> secrets) {
    Set<SecretPath> paths = new HashSet<>();
    secrets.forEach(secret -> paths.add(secret.definition().path()));
    Map<SecretPath, Look> looks = store.look(paths);
    Map<ServedSecret, Answer> answers = new LinkedHashMap<>();
    for (ServedSecret secret : secrets) {
      Look look = looks.get(secret.definition().path());
      if (look == null) {
        throw new IllegalStateException(
            "store " + store.name() + " did not answer for " + secret.definition().path());
      }
      answers.put(secret, answer(look));
    }
    return answers;
  }

  private static Answer answer(Look look) {
    if (look instanceof Look.Seen seen) {
      return new Answer.Seen(seen.head());
    }
    return new Answer.Failed(((Look.Failed) look).why());
  }

  /** The value, of which the head is known. */
  Answer read(ServedSecret secret, SecretHead head) {
    try {
      return new Answer.Read(head, store.readCurrent(secret.definition().path()));
    } catch (StoreException e) {
      return new Answer.Failed(e);
    }
  }

  /** Head and value at the same time, so that a new version is here after the time of one call. */
  Answer both(ServedSecret secret) {
    SecretPath path = secret.definition().path();
    CompletableFuture<StoredSecret> value = new CompletableFuture<>();
    Thread reader =
        Thread.ofVirtual()
            .name("read-" + secret.definition().name())
            .start(() -> read(path, value));
    boolean taken = false;
    try {
      Look look = Look.at(store, path);
      if (!(look instanceof Look.Seen seen)) {
        return answer(look);
      }
      StoredSecret stored = await(value, reader);
      taken = true;
      if (stored.version().equals(seen.head().current())) {
        return new Answer.Read(seen.head(), stored);
      }
      stored.close();
    } catch (StoreException e) {
      return new Answer.Failed(e);
    } finally {
      if (!taken) {
        reader.interrupt();
        CompletableFuture<StoredSecret> _ = value.whenComplete((stored, failure) -> close(stored));
      }
    }
    // Somebody wrote in between: the two answers are of different times.
    return look(List.of(secret)).values().iterator().next();
  }

  private static void close(@Nullable StoredSecret stored) {
    if (stored != null) {
      stored.close();
    }
  }

  private void read(SecretPath path, CompletableFuture<StoredSecret> value) {
    try {
      value.complete(store.readCurrent(path));
    } catch (RuntimeException | Error e) {
      value.completeExceptionally(e);
    }
  }

  private static StoredSecret await(CompletableFuture<StoredSecret> value, Thread reader) {
    try {
      return value.get();
    } catch (InterruptedException e) {
      reader.interrupt();
      Thread.currentThread().interrupt();
      throw new StoreException.Unavailable("the value did not arrive in time", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException why) {
        throw why;
      }
      throw new CompletionException(e.getCause());
    }
  }
}
