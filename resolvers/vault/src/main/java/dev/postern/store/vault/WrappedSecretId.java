package dev.postern.store.vault;

import dev.postern.SecretBytes;
import dev.postern.store.StoreException;
import io.github.jopenlibs.vault.rest.RestException;
import io.github.jopenlibs.vault.rest.RestResponse;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A secret id behind a response-wrapping token, which opens it once. It is opened at the first
 * login and kept, locked in memory, for the later ones; a new wrapping token in the file is opened
 * anew.
 *
 * <p>A wrapping token that does not open was opened by somebody else, or is too old. Vault's advice
 * is to treat it as a theft, and so it is said at level ERROR, once for each token.
 */
final class WrappedSecretId implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WrappedSecretId.class);

  private final VaultConfig config;
  private final Path file;
  private @Nullable SecretBytes opened;
  private @Nullable SecretBytes secretId;
  private @Nullable SecretBytes refused;

  /** Tried without an answer; it may have been opened all the same. */
  private @Nullable SecretBytes unanswered;

  WrappedSecretId(VaultConfig config, Path file) {
    this.config = config;
    this.file = file;
  }

  synchronized String expose(BoundedClient client) {
    try (SecretBytes wrapping = CredentialFile.read(config.name(), file)) {
      if (secretId == null || opened == null || !opened.sameAs(wrapping)) {
        String fresh = unwrap(wrapping, client);
        close();
        opened = copy(wrapping);
        secretId = SecretBytes.ofUtf8(fresh);
        return fresh;
      }
      return secretId.exposeUtf8();
    }
  }

  @Override
  public synchronized void close() {
    for (SecretBytes kept : new SecretBytes[] {opened, secretId, refused, unanswered}) {
      if (kept != null) {
        kept.close();
      }
    }
    opened = null;
    secretId = null;
    refused = null;
    unanswered = null;
  }

  /**
   * By a request of our own: the driver's unwrapping goes round the client it was given, and so
   * knows neither the deadline nor whom to trust.
   */
  private String unwrap(SecretBytes wrapping, BoundedClient client) {
    String what = "unwrapping the secret id for store " + config.name();
    if (refused != null && refused.sameAs(wrapping)) {
      throw stolen(what);
    }
    VaultReply reply;
    try {
      RestResponse answer =
          Driver.request(config, "sys/wrapping/unwrap", client)
              .header("X-Vault-Token", wrapping.exposeUtf8())
              .post();
      reply = VaultReply.of(answer, client.lastHeaders());
    } catch (RestException e) {
      unanswered = copy(wrapping);
      throw VaultErrors.unreachable(
          WireException.find(e).orElseGet(() -> WireException.of(e)), what);
    }
    if (DriverErrors.isRefusal(reply.status())) {
      throw refused(wrapping, what);
    }
    if (reply.status() != 200) {
      throw VaultErrors.translate(reply, what, "sys/wrapping");
    }
    return reply
        .data()
        .map(data -> data.getString("secret_id"))
        .orElseThrow(
            () ->
                new StoreException.Malformed(
                    what + ": the token in " + file + " wraps something else than a secret id"));
  }

  private StoreException refused(SecretBytes wrapping, String what) {
    refused = copy(wrapping);
    if (unanswered != null && unanswered.sameAs(wrapping)) {
      return new StoreException.Denied(
          what
              + ": the wrapping token no longer opens; an earlier try of this agent had no answer"
              + " and may have used it up. put a new one into "
              + file);
    }
    LOG.atError()
        .addKeyValue("store", config.name())
        .addKeyValue("file", file)
        .log(
            "possible tampering: the wrapped secret id was opened by somebody else, or is too old;"
                + " revoke the secret id, look into vault's audit log, and deliver a new one");
    return stolen(what);
  }

  private StoreException.Denied stolen(String what) {
    return new StoreException.Denied(
        what
            + ": possible tampering: the wrapping token in "
            + file
            + " was used already or is too old; unless this agent used it before it was restarted,"
            + " somebody else has the secret id: revoke it, and put a new wrapping token there");
  }

  private static SecretBytes copy(SecretBytes bytes) {
    return SecretBytes.takeOwnershipOf(bytes.exposeCopy());
  }
}
