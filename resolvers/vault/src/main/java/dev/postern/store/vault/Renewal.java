package dev.postern.store.vault;

import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.response.AuthResponse;
import java.time.Duration;
import java.util.Optional;

/** Prolongs a token. */
final class Renewal {
  private Renewal() {}

  /**
   * @return the new lease; empty when the server will not
   */
  static Optional<Duration> of(VaultConfig config, String token, BoundedClient client) {
    try {
      AuthResponse answer = Driver.auth(config, token, client).renewSelf();
      long seconds = answer.getAuthLeaseDuration();
      return seconds > 0 ? Optional.of(Duration.ofSeconds(seconds)) : Optional.empty();
    } catch (VaultException e) {
      if (DriverErrors.refusedWith(e).isPresent()) {
        return Optional.empty();
      }
      throw DriverErrors.translate(
          e, "renewing the token of store " + config.name(), client, "it cannot be renewed");
    }
  }
}
