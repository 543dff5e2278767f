package dev.postern.sidecar.e2e;

import dev.postern.store.vault.FakeVault;
import dev.postern.store.vault.FakeVault.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Vault, whose tokens are so short that they are renewed all the time; when away, it is sealed. */
final class OutsideVault implements OutsideStore {
  private static final Path POLICY = Path.of("../deploy/policies/vault-rotator.hcl");

  private final FakeVault vault = FakeVault.start();

  @Override
  public String admit(Path credentials) {
    vault.admit("postern", "the-secret-id", POLICY, Duration.ofSeconds(2));
    Path secretId = credentials.resolve("secret-id");
    Installation.write(secretId, "the-secret-id\n");
    return """
    prod:
      type: vault
      address: %s
      timeout: 2s
      auth: {method: approle, role-id: postern, secret-id-file: %s}
    """
        .formatted(vault.uri(), secretId);
  }

  @Override
  public void put(String path, Map<String, String> fields) {
    vault.put(path, fields);
  }

  @Override
  public Optional<String> field(String path, String field) {
    return vault.value(path, field);
  }

  @Override
  public boolean pending(String path) {
    return vault.value(path + "/pending", "api_key").isPresent();
  }

  @Override
  public boolean flagged(String path) {
    return vault.annotation(path, "postern_compromised").isPresent();
  }

  @Override
  public void afterWrites(Runnable act) {
    vault.beforeAnswers(
        request -> {
          if (!request.startsWith("GET ") && request.contains(" /v1/secret/")) {
            act.run();
          }
        });
  }

  @Override
  public void goAway() {
    vault.becomes(State.SEALED);
  }

  @Override
  public void comeBack() {
    vault.becomes(State.ACTIVE);
  }

  @Override
  public void close() {
    vault.close();
  }
}
