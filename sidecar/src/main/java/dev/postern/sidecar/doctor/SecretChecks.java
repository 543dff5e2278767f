package dev.postern.sidecar.doctor;

import dev.postern.SecretFields;
import dev.postern.SecretKind;
import dev.postern.checkup.Check;
import dev.postern.checkup.Finding;
import dev.postern.checkup.Finding.Outcome;
import dev.postern.issuer.CredentialIssuer;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.ProbeResult;
import dev.postern.sidecar.config.SecretConfig;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.SourceStore;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Of one secret: that its store holds the fields of its kind, and that the provider takes them. */
final class SecretChecks {
  private final SecretConfig secret;
  private final SecretStore store;

  private SecretChecks(SecretConfig secret, SecretStore store) {
    this.secret = secret;
    this.store = store;
  }

  static CredentialScope scope(SecretConfig secret) {
    return new CredentialScope(
        secret.kind(), secret.domain().orElse(""), secret.rotation().logins());
  }

  static Check withoutStore(String store) {
    return Check.of("fields", () -> Finding.skipped("not checked: store " + store + " fails", ""));
  }

  /**
   * @param issuer empty also when it cannot be asked
   */
  static List<Check> of(SecretConfig secret, SecretStore store, Optional<CredentialIssuer> issuer) {
    SecretChecks checks = new SecretChecks(secret, store);
    List<Check> all = new ArrayList<>();
    all.add(Check.gate("fields", () -> checks.read(checks::fields)));
    if (secret.issuer().isPresent() && secret.kind().succession() != SecretKind.Succession.NONE) {
      all.add(
          Check.of(
              "probe",
              () ->
                  issuer
                      .map(asked -> checks.read(fields -> checks.probe(asked, fields)))
                      .orElseGet(
                          () ->
                              Finding.skipped(
                                  "not checked: issuer %s fails"
                                      .formatted(secret.issuer().orElse("")),
                                  ""))));
    }
    return all;
  }

  /** With the names of the kind, whatever its store calls them. */
  private Finding read(Function<SecretFields, Finding> look) {
    SecretPath path =
        secret.renamed().map(SourceStore.Renamed::alias).orElse(secret.source().path());
    // Not closed: the store behind it is the doctor's.
    SecretStore source =
        secret
            .renamed()
            .<SecretStore>map(names -> new SourceStore(store, Set.of(names)))
            .orElse(store);
    try (StoredSecret current = source.readCurrent(path)) {
      return look.apply(current.fields());
    } catch (StoreException e) {
      return Finding.saying(e.isTransient() ? Outcome.UNREACHABLE : Outcome.FAIL, e.getMessage());
    }
  }

  private Finding fields(SecretFields fields) {
    List<String> missing =
        secret.kind().fields().stream()
            .filter(name -> fields.field(name).filter(value -> value.length() > 0).isEmpty())
            .toList();
    return missing.isEmpty()
        ? Finding.ok("the store holds " + names(fields.names()))
        : Finding.fail(
            "%s at %s has no field %s"
                .formatted(
                    secret.kind().wireName(), secret.source().path(), String.join(", ", missing)),
            "put it there, or name the field that the store has by 'field' of the source");
  }

  private static String names(Set<String> fields) {
    return "the fields " + String.join(", ", fields.stream().sorted().toList());
  }

  private Finding probe(CredentialIssuer issuer, SecretFields fields) {
    return switch (issuer.probe(scope(secret), fields)) {
      case ProbeResult.Accepted _ -> Finding.ok("the provider accepts it; nothing was sent");
      case ProbeResult.Refused _ ->
          Finding.fail(
              "the provider refuses it: it is dead, or of another region, or this host's address is"
                  + " not on the allow list",
              "check the region and the allow list; if both are right, rotate it");
      case ProbeResult.Unknown(String reason) -> Finding.saying(Outcome.WARN, reason);
    };
  }
}
