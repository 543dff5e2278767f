package dev.postern.store.conjur;

import dev.postern.store.SecretStore;
import dev.postern.store.StoreException;
import java.time.InstantSource;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Opens stores on a Conjur. */
public final class ConjurStoreFactory {
  private ConjurStoreFactory() {}

  /**
   * Opens a store without a word to the server, so that an agent starts while it is down; {@link
   * SecretStore#check} says whether it is there.
   *
   * @throws StoreException.Malformed when the file with the authorities is missing or none
   */
  public static SecretStore open(ConjurConfig config) {
    return open(config, InstantSource.system(), System::getenv);
  }

  static SecretStore open(
      ConjurConfig config, InstantSource clock, UnaryOperator<@Nullable String> environment) {
    Wire wire = new Wire(config.name(), config.url(), Trust.of(config.name(), config.ca()));
    RequestBuilder requests = new RequestBuilder(config.url(), config.account(), wire.client());
    Authenticator login = new Authenticator(config, requests, wire, clock, environment);
    TokenKeeper tokens = new TokenKeeper(config.name(), login::authenticate, clock);
    return new ConjurStore(config, new ConjurApi(config.name(), requests, wire, tokens));
  }
}
