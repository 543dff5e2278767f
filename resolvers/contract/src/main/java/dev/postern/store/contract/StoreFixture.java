package dev.postern.store.contract;

import dev.postern.SecretFields;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCapabilities;
import java.time.Duration;
import java.util.function.Supplier;

/** A backend for one test, and what the test must do to it from outside. */
public interface StoreFixture extends AutoCloseable {

  /** The name that {@link #open} gives its stores. */
  String name();

  /**
   * What the store under test must claim. Written down apart from the store, so that a store cannot
   * get out of a test by claiming less.
   */
  StoreCapabilities capabilities();

  /** A path that holds nothing yet, another one at each call. */
  SecretPath unusedPath();

  /**
   * Makes these fields the current version as a person would, not through the port. A read-only
   * store may see them only when it is opened afterwards.
   *
   * @param fields stay the caller's
   */
  void seed(SecretPath path, SecretFields fields);

  /** Opens a store on the backend; the kit opens several at once, and closes them. */
  SecretStore open();

  /**
   * A store that the backend refuses; {@link SecretStore#check} or already opening it must fail.
   */
  Opening denied();

  /** A store whose backend cannot be reached. */
  Opening unreachable();

  /** How long eight racing rotations may take, all of them together. */
  default Duration patience() {
    return Duration.ofSeconds(30);
  }

  @Override
  void close();

  /** A store in trouble, or the reason why this kind of store cannot get into that trouble. */
  sealed interface Opening {
    /** Opens the store in trouble; may throw at once what its calls would throw. */
    record Possible(Supplier<SecretStore> open) implements Opening {}

    /** Reported as the reason of the skipped test. */
    record Impossible(String why) implements Opening {}
  }
}
