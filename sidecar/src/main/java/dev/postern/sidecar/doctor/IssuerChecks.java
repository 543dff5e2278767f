package dev.postern.sidecar.doctor;

import dev.postern.checkup.Check;
import dev.postern.checkup.Finding;
import dev.postern.checkup.Finding.Outcome;
import dev.postern.issuer.CredentialIssuer;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.IssuerCheckup;
import dev.postern.issuer.IssuerException;
import java.util.ArrayList;
import java.util.List;

/** Of one issuer: its servers, and what it says of itself. */
final class IssuerChecks {
  private IssuerChecks() {}

  static Check withoutKey(String store) {
    return Check.gate(
        "admin key",
        () -> Finding.skipped("not checked: it is in store " + store + ", which fails", ""));
  }

  static List<Check> of(
      CredentialIssuer issuer, List<CredentialScope> scopes, EndpointChecks servers) {
    if (!(issuer instanceof IssuerCheckup checkup)) {
      return List.of(Check.gate("admin key", () -> accepted(issuer)));
    }
    List<Check> checks = new ArrayList<>(servers.of(checkup.api(), ""));
    checks.addAll(checkup.checks(scopes));
    return checks;
  }

  /** Of the servers beside the provider's interface, which works without them. */
  static List<List<Check>> others(
      CredentialIssuer issuer, List<CredentialScope> scopes, EndpointChecks servers) {
    return issuer instanceof IssuerCheckup checkup
        ? checkup.others(scopes).stream()
            .map(endpoint -> servers.of(endpoint, endpoint.address().getScheme() + " "))
            .toList()
        : List.of();
  }

  private static Finding accepted(CredentialIssuer issuer) {
    try {
      issuer.check();
      return Finding.ok("the provider answers and accepts it");
    } catch (IssuerException e) {
      return Finding.saying(e.isTransient() ? Outcome.UNREACHABLE : Outcome.FAIL, e.getMessage());
    }
  }
}
