package dev.postern.sidecar.doctor;

import dev.postern.SecretKind;
import dev.postern.checkup.Check;
import dev.postern.checkup.Finding;
import dev.postern.sidecar.config.IssuerConfig;
import dev.postern.sidecar.config.PosternConfig;
import dev.postern.sidecar.config.SecretConfig;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCheckup;
import dev.postern.store.StoreCheckup.Use;
import dev.postern.store.StoreException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Of one store: its server, that it knows the agent, and each path that the config uses. */
final class StoreChecks {
  private final String name;
  private final EndpointChecks servers;
  private final Map<SecretPath, Use> uses = new LinkedHashMap<>();

  StoreChecks(String name, PosternConfig config, EndpointChecks servers) {
    this.name = name;
    this.servers = servers;
    for (IssuerConfig issuer : config.issuers().values()) {
      if (issuer.adminKey().store().equals(name)) {
        uses.put(issuer.adminKey().path(), Use.VALUE);
      }
    }
    for (SecretConfig secret : config.secrets().values()) {
      if (secret.source().store().equals(name)) {
        uses.merge(secret.source().path(), use(secret), StoreChecks::more);
      }
    }
  }

  Check opening(Runnable open) {
    return Check.gate(
        "open",
        () -> {
          try {
            open.run();
            return Finding.ok("it opens");
          } catch (StoreException e) {
            return StoreCheckup.failed(e, advice(e));
          }
        });
  }

  List<Check> of(SecretStore store) {
    List<Check> checks = new ArrayList<>();
    Optional<StoreCheckup> checkup =
        store instanceof StoreCheckup itself ? Optional.of(itself) : Optional.empty();
    checkup
        .flatMap(StoreCheckup::endpoint)
        .ifPresent(endpoint -> checks.addAll(servers.of(endpoint, "")));
    checks.add(Check.gate("access", () -> access(store)));
    uses.forEach(
        (path, use) ->
            checks.addAll(
                checkup
                    .map(itself -> itself.checks(path, use))
                    .orElseGet(() -> List.of(Check.of("read " + path, () -> read(store, path))))));
    return checks;
  }

  /** What can be rotated may be, whenever somebody asks for it. */
  private static Use use(SecretConfig secret) {
    boolean rotated =
        secret.issuer().isPresent() && secret.kind().succession() != SecretKind.Succession.NONE;
    return rotated ? Use.ROTATE : Use.SERVE;
  }

  private static Use more(Use one, Use other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private Finding access(SecretStore store) {
    try {
      store.check();
      return Finding.ok("the store answers and accepts the agent");
    } catch (StoreException e) {
      return StoreCheckup.failed(e, advice(e));
    }
  }

  private Finding read(SecretStore store, SecretPath path) {
    try {
      store.readCurrent(path).close();
      return Finding.ok("it is there");
    } catch (StoreException e) {
      return StoreCheckup.failed(e, advice(e));
    }
  }

  /** Of a refusal that has nothing to do with a path: what its own message says. */
  private String advice(StoreException failure) {
    String said = Finding.saying(Finding.Outcome.FAIL, failure.getMessage()).advice();
    return said.isEmpty() ? "check the credentials that 'auth' of store " + name + " names" : said;
  }
}
