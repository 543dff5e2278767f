package dev.postern.store.vault;

import dev.postern.store.StoreException;
import io.github.jopenlibs.vault.VaultException;
import java.util.Optional;

/** Puts what the driver throws into the port's words; its messages quote whole answers. */
final class DriverErrors {
  private DriverErrors() {}

  /**
   * @param refusal what it means when the server knows what was asked, and says no
   */
  static StoreException translate(
      VaultException failure, String what, BoundedClient client, String refusal) {
    int status = failure.getHttpStatusCode();
    if (status == 0) {
      // Else the driver stumbled over the answer itself.
      return WireException.find(failure)
          .<StoreException>map(wire -> VaultErrors.unreachable(wire, what))
          .orElseGet(() -> VaultErrors.notUnderstood(what, status));
    }
    if (isRefusal(status)) {
      return new StoreException.Denied(what + ": vault refuses: " + refusal);
    }
    return VaultErrors.translate(
        VaultReply.refusal(
            status, String.valueOf(failure.getMessage()), RetryAfter.in(client.lastHeaders())),
        what,
        "auth");
  }

  /** A login that is wrong is a bad request; one at a method that is not mounted, not found. */
  static boolean isRefusal(int status) {
    return status == 400 || status == 401 || status == 403 || status == 404;
  }

  /** Whether it was the server that answered, and said no. */
  static Optional<Integer> refusedWith(VaultException failure) {
    return Optional.of(failure.getHttpStatusCode()).filter(DriverErrors::isRefusal);
  }
}
