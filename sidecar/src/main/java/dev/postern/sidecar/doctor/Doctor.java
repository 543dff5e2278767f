package dev.postern.sidecar.doctor;

import dev.postern.SecretKind;
import dev.postern.checkup.Check;
import dev.postern.issuer.CredentialIssuer;
import dev.postern.issuer.CredentialScope;
import dev.postern.sidecar.config.IssuerConfig;
import dev.postern.sidecar.config.PosternConfig;
import dev.postern.sidecar.config.SecretConfig;
import dev.postern.sidecar.config.StoreConfig;
import dev.postern.store.SecretStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Looks one config over. Stores come first, then issuers, whose admin keys are in stores, then
 * secrets, which need both; those of a kind are looked at together. Nothing is changed anywhere.
 */
public final class Doctor {
  /** More than any single call may take that the config does not make longer. */
  private static final Duration LONGEST_CHECK = Duration.ofSeconds(45);

  private final PosternConfig config;
  private final Backends backends;
  private final EndpointChecks servers;
  private final Rounds rounds = new Rounds(LONGEST_CHECK);
  private final Map<String, SecretStore> stores = new ConcurrentHashMap<>();
  private final Map<String, CredentialIssuer> issuers = new ConcurrentHashMap<>();

  /** Opens what the config names, as an agent does. What is returned is closed by the doctor. */
  public interface Backends {
    /**
     * @throws dev.postern.store.StoreException when it cannot be opened now
     */
    SecretStore open(String name, StoreConfig config);

    /**
     * @param keys the store with the issuer's admin key
     */
    CredentialIssuer open(String name, IssuerConfig config, SecretStore keys);
  }

  /**
   * @param environment where HTTP clients find their proxy
   */
  public Doctor(
      PosternConfig config,
      Backends backends,
      InstantSource clock,
      Map<String, String> environment) {
    this.config = config;
    this.backends = backends;
    this.servers = new EndpointChecks(clock, environment);
  }

  /** Blocks until all is looked at. Called once. */
  public List<Row> rows() {
    try {
      List<Row> rows = new ArrayList<>(rounds.of("agent", new AgentChecks(config).all()).rows());
      Map<String, Rounds.Result> ofStores = together(config.stores().keySet(), this::store);
      ofStores.values().forEach(result -> rows.addAll(result.rows()));
      Map<String, Rounds.Result> ofIssuers =
          together(config.issuers().keySet(), name -> issuer(name, ofStores));
      ofIssuers.values().forEach(result -> rows.addAll(result.rows()));
      together(config.secrets().values(), secret -> secret(secret, ofStores, ofIssuers))
          .values()
          .forEach(result -> rows.addAll(result.rows()));
      return List.copyOf(rows);
    } finally {
      issuers.values().forEach(CredentialIssuer::close);
      stores.values().forEach(SecretStore::close);
    }
  }

  private Rounds.Result store(String name) {
    StoreChecks checks = new StoreChecks(name, config, servers);
    String target = "store " + name;
    Rounds.Result opened =
        rounds.of(target, List.of(checks.opening(() -> stores.put(name, opened(name)))));
    SecretStore store = stores.get(name);
    if (opened.blocked() || store == null) {
      return opened;
    }
    return rounds.of(target, checks.of(store));
  }

  private SecretStore opened(String name) {
    return backends.open(name, Optional.ofNullable(config.stores().get(name)).orElseThrow());
  }

  private Rounds.Result issuer(String name, Map<String, Rounds.Result> ofStores) {
    IssuerConfig issuerConfig = Optional.ofNullable(config.issuers().get(name)).orElseThrow();
    String keyStore = issuerConfig.adminKey().store();
    String target = "issuer " + name;
    SecretStore keys = stores.get(keyStore);
    if (keys == null || isBlocked(keyStore, ofStores)) {
      return rounds.of(target, List.of(IssuerChecks.withoutKey(keyStore)));
    }
    CredentialIssuer issuer = backends.open(name, issuerConfig, keys);
    issuers.put(name, issuer);
    Rounds.Result itself = rounds.of(target, IssuerChecks.of(issuer, scopes(name), servers));
    List<Row> rows = new ArrayList<>(itself.rows());
    for (List<Check> other : IssuerChecks.others(issuer, scopes(name), servers)) {
      rows.addAll(rounds.of(target, other).rows());
    }
    return new Rounds.Result(rows, itself.blocked());
  }

  private List<CredentialScope> scopes(String issuer) {
    return config.secrets().values().stream()
        .filter(secret -> secret.issuer().filter(issuer::equals).isPresent())
        .filter(secret -> secret.kind().succession() != SecretKind.Succession.NONE)
        .map(SecretChecks::scope)
        .toList();
  }

  private Rounds.Result secret(
      SecretConfig secret,
      Map<String, Rounds.Result> ofStores,
      Map<String, Rounds.Result> ofIssuers) {
    String from = secret.source().store();
    SecretStore store = stores.get(from);
    List<Check> checks =
        store == null || isBlocked(from, ofStores)
            ? List.of(SecretChecks.withoutStore(from))
            : SecretChecks.of(
                secret,
                store,
                secret.issuer().filter(name -> !isBlocked(name, ofIssuers)).map(issuers::get));
    return rounds.of("secret " + secret.name(), checks);
  }

  private static boolean isBlocked(String name, Map<String, Rounds.Result> results) {
    Rounds.Result result = results.get(name);
    return result == null || result.blocked();
  }

  /** In the order of the subjects, each on a virtual thread. */
  private static <T> Map<String, Rounds.Result> together(
      Collection<T> subjects, Function<T, Rounds.Result> look) {
    Map<String, CompletableFuture<Rounds.Result>> looks = new LinkedHashMap<>();
    for (T subject : subjects) {
      looks.put(
          nameOf(subject),
          CompletableFuture.supplyAsync(
              () -> look.apply(subject), task -> Thread.ofVirtual().start(task)));
    }
    Map<String, Rounds.Result> results = new LinkedHashMap<>();
    looks.forEach((name, each) -> results.put(name, each.join()));
    return results;
  }

  private static String nameOf(Object subject) {
    return subject instanceof SecretConfig secret
        ? secret.name().toString()
        : String.valueOf(subject);
  }
}
