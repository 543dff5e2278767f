package dev.postern.store.vault;

import dev.postern.store.StoreException;

/**
 * Puts Vault's refusals into the port's words. Looks at what the server says, and never repeats it.
 */
final class VaultErrors {
  private VaultErrors() {}

  /**
   * @param what the call and its path, such as {@code reading mail/sending in store prod}
   * @param mount where the engine is said to be
   */
  static StoreException translate(VaultReply reply, String what, String mount) {
    return switch (reply.status()) {
      case 301, 302, 307, 308 ->
          new StoreException.Unavailable(
              what
                  + ": this vault node is a standby that does not forward; point 'address' at the"
                  + " active node, or at a load balancer that asks sys/health",
              null);
      case 400 -> badRequest(reply, what);
      case 401, 403 ->
          new StoreException.Denied(
              what
                  + ": permission denied; grant it to the agent's role by a policy on mount '"
                  + mount
                  + "', and check 'mount' and 'namespace', for vault denies what it does not have");
      case 404 -> missing(reply, what, mount);
      case 405 ->
          new StoreException.Unsupported(
              what + ": the server does not know this operation; it is older than Vault 1.9");
      case 412 ->
          new StoreException.Unavailable(
              what + ": this vault node lags behind the active one", null);
      case 429 ->
          new StoreException.Throttled(
              what + ": vault's rate limit is reached; raise the quota, or refresh less often",
              reply.retryAfter());
      default ->
          reply.status() >= 500 ? serverSide(reply, what) : notUnderstood(what, reply.status());
    };
  }

  /** What {@code sys/health} says in its status, while other calls fail. */
  static String health(int status) {
    return switch (status) {
      case 200 -> "the node calls itself healthy";
      case 429 -> "the node is a standby and does not reach the active node";
      case 472 -> "the node is a disaster recovery secondary, which answers nothing; promote it";
      case 473 -> "the node is a performance standby and does not reach the active node";
      case 501 -> "vault is not initialised; run vault operator init";
      case 503 -> "vault is sealed; unseal it";
      default -> "its health cannot be told";
    };
  }

  /** Nothing came back that could be looked at. */
  static StoreException.Unavailable unreachable(WireException failure, String what) {
    return new StoreException.Unavailable(
        what + ": vault cannot be reached: " + failure.reason(), null);
  }

  static StoreException.Malformed notUnderstood(String what, int status) {
    return new StoreException.Malformed(
        "%s: the answer (status %d) is not one of vault's; check that 'address' is a vault's"
            .formatted(what, status));
  }

  private static StoreException badRequest(VaultReply reply, String what) {
    if (reply.says("check-and-set parameter")) {
      return new StoreException.Conflict(
          what + ": somebody else wrote in between; nothing was written");
    }
    if (reply.says("upgrading from non-versioned")) {
      return new StoreException.Unavailable(
          what + ": the engine is being upgraded to version 2", null);
    }
    if (reply.says("missing client token")) {
      return new StoreException.Denied(
          what + ": no token reached vault; a proxy on the way may drop its header");
    }
    return new StoreException.Malformed(
        what + ": vault calls the request wrong (400); check 'mount' and 'kv-version'");
  }

  private static StoreException missing(VaultReply reply, String what, String mount) {
    if (reply.isForeign()) {
      return notUnderstood(what, reply.status());
    }
    if (reply.says("no handler for route")) {
      return new StoreException.NotFound(
          "%s: nothing is mounted at '%s' in this namespace; correct 'mount' or 'namespace'"
              .formatted(what, mount));
    }
    if (reply.says("versioned k/v")) {
      return new StoreException.NotFound(
          "%s: the engine at '%s' has version 2; set 'kv-version: 2'".formatted(what, mount));
    }
    return new StoreException.NotFound(
        "%s: vault has nothing there; put it there, or correct the path, 'mount' or 'kv-version'"
            .formatted(what));
  }

  private static StoreException serverSide(VaultReply reply, String what) {
    String why;
    if (reply.says("is sealed")) {
      why = "vault is sealed or was never initialised; unseal it";
    } else if (reply.status() == 501) {
      why = health(501);
    } else if (reply.says("active cluster node not found")) {
      why = "vault has no active node at the moment";
    } else {
      why = "vault failed on its side (status " + reply.status() + ")";
    }
    return new StoreException.Unavailable(what + ": " + why, null);
  }
}
