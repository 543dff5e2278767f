package dev.postern.sidecar.server;

import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.serving.SecretCatalog;
import dev.postern.serving.SecretChange;
import dev.postern.serving.SecretDefinition;
import dev.postern.serving.ServedVersion;
import dev.postern.serving.ServingState;
import dev.postern.serving.StoreCondition;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A catalog that a test fills by hand. */
public final class FakeCatalog implements SecretCatalog {
  public static final Duration MAX_STALE = Duration.ofHours(1);

  private final Map<SecretName, SecretDefinition> definitions = new LinkedHashMap<>();
  private final Map<SecretName, ServingState> states = new ConcurrentHashMap<>();
  private volatile List<StoreCondition> stores = List.of();
  private final List<Consumer<SecretChange>> listeners = new CopyOnWriteArrayList<>();

  /** Any call of the store fails the test that made it: what is under test must not touch it. */
  private static SecretStore untouchableStore() {
    return (SecretStore)
        Proxy.newProxyInstance(
            SecretStore.class.getClassLoader(),
            new Class<?>[] {SecretStore.class},
            (self, method, arguments) -> {
              if (method.getName().equals("name") || method.getName().equals("toString")) {
                return "fake";
              }
              throw new AssertionError("the store was touched: " + method.getName());
            });
  }

  public FakeCatalog define(String name, SecretKind kind, Map<String, String> attributes) {
    SecretName key = new SecretName(name);
    definitions.put(
        key,
        new SecretDefinition(
            key,
            kind,
            untouchableStore(),
            new SecretPath("mail/" + name),
            attributes,
            Duration.ofMinutes(1),
            MAX_STALE));
    states.put(key, new ServingState.Empty(Optional.empty()));
    return this;
  }

  public ServedVersion publish(
      String name, String version, Instant at, Map<String, String> fields) {
    Map<String, SecretBytes> values = new TreeMap<>();
    fields.forEach(
        (field, value) ->
            values.put(field, SecretBytes.copyOf(value.getBytes(StandardCharsets.ISO_8859_1))));
    ServedVersion served =
        new ServedVersion(
            new SecretName(name),
            new Version(version),
            false,
            at,
            SecretFields.takeOwnershipOf(values));
    ServingState before =
        states.put(served.name(), new ServingState.Holding(served, at, Optional.empty()));
    announce(served);
    if (before instanceof ServingState.Holding holding) {
      holding.served().fields().close();
    }
    return served;
  }

  /** Marks what is served as compromised. */
  public void taint(String name) {
    ServingState.Holding holding = (ServingState.Holding) state(new SecretName(name));
    ServedVersion old = holding.served();
    ServedVersion tainted =
        new ServedVersion(old.name(), old.version(), true, old.createdAt(), old.fields());
    states.put(
        old.name(), new ServingState.Holding(tainted, holding.confirmedAt(), holding.problem()));
    announce(tainted);
  }

  /** The last look at the store failed. */
  public void fail(String name, String problem) {
    states.computeIfPresent(
        new SecretName(name),
        (key, state) ->
            switch (state) {
              case ServingState.Empty empty -> new ServingState.Empty(Optional.of(problem));
              case ServingState.Holding holding ->
                  new ServingState.Holding(
                      holding.served(), holding.confirmedAt(), Optional.of(problem));
            });
  }

  private void announce(ServedVersion served) {
    SecretChange change = new SecretChange(served.name(), served.version(), served.tainted());
    listeners.forEach(listener -> listener.accept(change));
  }

  @Override
  public List<SecretDefinition> definitions() {
    return List.copyOf(definitions.values());
  }

  @Override
  public Optional<SecretDefinition> definition(SecretName name) {
    return Optional.ofNullable(definitions.get(name));
  }

  @Override
  public List<StoreCondition> stores() {
    return stores;
  }

  /** Says how the stores answer. */
  public void condition(StoreCondition... conditions) {
    stores = List.of(conditions);
  }

  @Override
  public ServingState state(SecretName name) {
    ServingState state = states.get(name);
    if (state == null) {
      throw new NoSuchElementException("no secret " + name);
    }
    return state;
  }

  @Override
  public Subscription subscribe(Consumer<SecretChange> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }
}
