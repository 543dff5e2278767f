package dev.postern.store.vault;

import dev.postern.SecretFields;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import io.github.jopenlibs.vault.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Configs and credentials for tests on a {@link FakeVault}. */
public final class VaultScene {
  static final Path POLICIES = Path.of("../../deploy/policies");
  static final Duration TIMEOUT = Duration.ofSeconds(10);
  static final String TOKEN_VARIABLE = "POSTERN_TEST_VAULT_TOKEN";

  private static final VaultConfig.Engine KV2 = new VaultConfig.Engine("secret", 2, "pending");

  private VaultScene() {}

  static FakePolicy policy(String name) {
    return FakePolicy.read(POLICIES.resolve("vault-" + name + ".hcl"));
  }

  static VaultConfig config(URI address, VaultAuth auth) {
    return config(address, auth, TIMEOUT);
  }

  static VaultConfig config(URI address, VaultAuth auth, Duration timeout) {
    return new VaultConfig(
        "vault", address, Optional.empty(), KV2, auth, VaultConfig.Tls.DEFAULT, timeout);
  }

  static VaultConfig config(URI address, VaultConfig.Engine engine) {
    return new VaultConfig(
        "vault", address, Optional.empty(), engine, byVariable(), VaultConfig.Tls.DEFAULT, TIMEOUT);
  }

  static VaultConfig config(URI address, VaultConfig.Tls tls) {
    return new VaultConfig("vault", address, Optional.empty(), KV2, byVariable(), tls, TIMEOUT);
  }

  /** A store with a token of the policy, given by an environment variable. */
  static SecretStore open(FakeVault vault, FakePolicy policy) {
    return open(vault, policy, TIMEOUT);
  }

  static SecretStore open(FakeVault vault, FakePolicy policy, Duration timeout) {
    String token = vault.tokens().issue(FakeTokens.Role.of(policy));
    return open(config(vault.uri(), byVariable(), timeout), token);
  }

  static SecretStore open(VaultConfig config, String token) {
    return VaultStoreFactory.open(
        config,
        InstantSource.system(),
        RandomGenerator.getDefault(),
        Map.of(TOKEN_VARIABLE, token));
  }

  static VaultAuth byVariable() {
    return new VaultAuth.Token.InVariable(TOKEN_VARIABLE);
  }

  static void put(FakeKv kv, SecretPath path, SecretFields fields) {
    JsonObject members = new JsonObject();
    fields
        .names()
        .forEach(name -> members.add(name, fields.field(name).orElseThrow().exposeUtf8()));
    kv.put(path.value(), members);
  }
}
