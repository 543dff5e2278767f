package dev.postern.store.vault;

import dev.postern.store.StoreException;

/** What all calls of one store share: the client and the token. Thread-safe. */
final class VaultConnection implements AutoCloseable {
  private final VaultConfig config;
  private final VaultWire wire;
  private final VaultSession session;

  VaultConnection(VaultConfig config, VaultSession session) {
    this.config = config;
    this.wire = new VaultWire(config);
    this.session = session;
  }

  /** A call of the port, whose deadline begins now. */
  VaultCall begin() {
    return new VaultCall(config, session, wire.begin(config.timeout()));
  }

  /**
   * Looks up the agent's own token: it needs no path that exists, and every token may do it by
   * Vault's default policy. If the server fails, it is asked how it is.
   */
  void check() {
    String what = "checking store " + config.name();
    VaultCall call = begin();
    try {
      VaultReply reply = call.get("auth/token/lookup-self", what);
      if (reply.status() != 200) {
        throw call.translate(reply, what);
      }
      if (reply.data().isEmpty()) {
        throw VaultErrors.notUnderstood(what, reply.status());
      }
    } catch (StoreException.Unavailable e) {
      throw explained(e, call, what);
    }
  }

  @Override
  public void close() {
    session.close();
    wire.close();
  }

  /** The health of a node is told to everybody, in the status alone. */
  private static StoreException explained(
      StoreException.Unavailable failure, VaultCall call, String what) {
    try {
      int status = call.health(what);
      return new StoreException.Unavailable(
          failure.getMessage() + " (" + VaultErrors.health(status) + ")", null);
    } catch (StoreException unreachable) {
      return failure;
    }
  }
}
