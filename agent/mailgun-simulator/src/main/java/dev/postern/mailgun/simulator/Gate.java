package dev.postern.mailgun.simulator;

import java.util.Locale;
import java.util.Map;

/** Who may call what: the key first, then the address, then the right. */
final class Gate {
  private final Account account;

  Gate(Account account) {
    this.account = account;
  }

  /**
   * @param sourceRefused as if the caller's address were not on the allow list
   */
  SimulatedKey admit(HttpRequest request, boolean sourceRefused) throws Refusal {
    Operation operation = request.operation();
    SimulatedKey key =
        request.password().flatMap(account::authenticate).orElseThrow(() -> unauthorized(request));
    // Two reasons that a caller cannot tell apart, as at the vendor.
    if (sourceRefused || !addressAllowed(key, request.address())) {
      throw unauthorized(request);
    }
    if (!key.role().may(operation) || !ownDomain(key, request.path())) {
      throw new Refusal(403, "Forbidden");
    }
    return key;
  }

  private boolean addressAllowed(SimulatedKey key, String address) {
    return key.kind() == KeyKind.WEB
        || AllowList.admits(account.state().allowed().keySet(), address);
  }

  private static boolean ownDomain(SimulatedKey key, Map<String, String> path) {
    String domain = path.get("domain");
    return key.domain() == null
        || domain == null
        || key.domain().equals(domain.toLowerCase(Locale.ROOT));
  }

  private Refusal unauthorized(HttpRequest request) {
    account.refused(request.operation(), request.client());
    return request.operation().onDomains()
        ? new Refusal(401, "Invalid private key")
        : new Refusal(Answer.text(401, "Forbidden"));
  }
}
