package dev.postern.store.vault;

import dev.postern.SecretBytes;
import dev.postern.store.StoreException;
import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.response.LookupResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A token that somebody else obtained. What its lease is, only the server knows. */
final class GivenToken implements TokenSource {
  private final VaultConfig config;
  private final VaultAuth.Token where;
  private final Map<String, String> environment;
  private volatile @Nullable FileState read;

  GivenToken(VaultConfig config, VaultAuth.Token where, Map<String, String> environment) {
    this.config = config;
    this.where = where;
    this.environment = environment;
  }

  @Override
  public Grant obtain(BoundedClient client) {
    SecretBytes token = token();
    try {
      LookupResponse answer = Driver.auth(config, token.exposeUtf8(), client).lookupSelf();
      if (answer.getPath() == null) {
        // The driver takes what it cannot read for an answer without members.
        throw VaultErrors.notUnderstood(
            "using the token given to store " + config.name(),
            answer.getRestResponse().getStatus());
      }
      return new Grant(
          token, Duration.ofSeconds(Math.max(0, answer.getTTL())), answer.isRenewable());
    } catch (VaultException e) {
      token.close();
      throw DriverErrors.translate(
          e,
          "using the token given to store " + config.name(),
          client,
          "it is expired, revoked or of another namespace, or its policy lacks"
              + " auth/token/lookup-self; put a new one there");
    } catch (RuntimeException e) {
      token.close();
      throw e;
    }
  }

  @Override
  public Optional<Duration> renew(String token, BoundedClient client) {
    return Renewal.of(config, token, client);
  }

  @Override
  public boolean changed() {
    return where instanceof VaultAuth.Token.InFile(var file)
        && read != null
        && !FileState.of(file).equals(read);
  }

  @Override
  public boolean mayGiveAnother() {
    return changed();
  }

  @Override
  public void close() {}

  private SecretBytes token() {
    return switch (where) {
      case VaultAuth.Token.InFile(var file) -> {
        // First, so that a change while it is read is seen at the next call.
        read = FileState.of(file);
        yield CredentialFile.read(config.name(), file);
      }
      case VaultAuth.Token.InVariable(String name) -> {
        String text = environment.getOrDefault(name, "").strip();
        if (text.isEmpty()) {
          throw new StoreException.Denied(
              "store %s: the environment variable %s is not set; set it and start again"
                  .formatted(config.name(), name));
        }
        yield SecretBytes.takeOwnershipOf(text.getBytes(StandardCharsets.UTF_8));
      }
    };
  }
}
