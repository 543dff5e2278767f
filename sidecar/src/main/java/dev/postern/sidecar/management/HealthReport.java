package dev.postern.sidecar.management;

import dev.postern.SecretName;
import dev.postern.serving.SecretCatalog;
import dev.postern.serving.SecretDefinition;
import dev.postern.serving.ServingState;
import dev.postern.serving.StoreCondition;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** Whether the agent does its work, told from what it holds. Thread-safe; never touches a store. */
public final class HealthReport {
  private final SecretCatalog catalog;
  private final InstantSource time;
  private final Predicate<SecretName> filesInPlace;

  /** Of an agent that keeps no files. */
  public HealthReport(SecretCatalog catalog, InstantSource time) {
    this(catalog, time, secret -> true);
  }

  /**
   * @param filesInPlace whether all files of a secret hold a version of it
   */
  public HealthReport(
      SecretCatalog catalog, InstantSource time, Predicate<SecretName> filesInPlace) {
    this.catalog = catalog;
    this.time = time;
    this.filesInPlace = filesInPlace;
  }

  /** Whether all is well, a word for each secret, and what is wrong with which store. */
  record Answer(boolean well, Map<String, Object> secrets, Map<String, Object> stores) {}

  /**
   * Well when every secret has a value that is younger than its max-stale, and is in its files: a
   * program that reads them may start.
   */
  Answer ready() {
    Map<String, Object> words = new LinkedHashMap<>();
    boolean well = true;
    for (SecretDefinition definition : catalog.definitions()) {
      String word =
          switch (catalog.state(definition.name())) {
            case ServingState.Empty empty -> "empty";
            case ServingState.Holding holding
                when holding.expired(time.instant(), definition.maxStale()) ->
                "expired";
            case ServingState.Holding _ when !filesInPlace.test(definition.name()) ->
                "files-missing";
            case ServingState.Holding holding -> holding.stale() ? "stale" : "fresh";
          };
      well &= word.equals("fresh") || word.equals("stale");
      words.put(definition.name().value(), word);
    }
    return new Answer(well, words, stores());
  }

  /** Those that do not answer; why not is for {@code postern status}. */
  private Map<String, Object> stores() {
    Map<String, Object> words = new LinkedHashMap<>();
    for (StoreCondition store : catalog.stores()) {
      if (store.state() != StoreCondition.State.ANSWERING) {
        words.put(
            store.store(),
            store.state().name().toLowerCase(Locale.ROOT)
                + store.since().map(since -> " since " + since).orElse(""));
      }
    }
    return words;
  }

  /** Well when every store was asked once, whatever it said: restarting would not help. */
  Answer startup() {
    Map<String, Object> words = new LinkedHashMap<>();
    boolean well = true;
    for (SecretDefinition definition : catalog.definitions()) {
      ServingState state = catalog.state(definition.name());
      boolean asked = state instanceof ServingState.Holding || state.problem().isPresent();
      well &= asked;
      words.put(definition.name().value(), asked ? "asked" : "waiting");
    }
    return new Answer(well, words, stores());
  }
}
