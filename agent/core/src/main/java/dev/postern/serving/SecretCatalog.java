package dev.postern.serving;

import dev.postern.SecretName;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What is served, for whoever answers requests. Thread-safe; never blocks, never touches a store.
 */
public interface SecretCatalog {

  /** All secrets of the config, by name. */
  List<SecretDefinition> definitions();

  Optional<SecretDefinition> definition(SecretName name);

  /**
   * The latest state, as one immutable snapshot.
   *
   * @throws java.util.NoSuchElementException when the config has no such secret
   */
  ServingState state(SecretName name);

  /** How each store that is read from has answered lately, by name. */
  List<StoreCondition> stores();

  /**
   * Calls the listener after each change, on the thread that published it: it must not block. The
   * state it then finds in the catalog is at least as new as the change.
   */
  Subscription subscribe(Consumer<SecretChange> listener);

  /** Ends a subscription; repeating it does nothing. */
  @FunctionalInterface
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
