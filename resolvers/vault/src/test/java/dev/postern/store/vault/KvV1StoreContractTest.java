package dev.postern.store.vault;

import dev.postern.SecretFields;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCapabilities;
import dev.postern.store.contract.SecretStoreContract;
import dev.postern.store.contract.StoreFixture;
import java.net.URI;

/** The whole kit on a key-value engine of version 1, which is read-only. */
final class KvV1StoreContractTest extends SecretStoreContract {

  @Override
  protected StoreFixture newFixture() {
    return new Kv1Fixture();
  }

  private static final class Kv1Fixture implements StoreFixture {
    private static final FakePolicy READER =
        FakePolicy.of(
            """
            path "kv1/*" { capabilities = ["read"] }
            path "auth/token/lookup-self" { capabilities = ["read"] }
            """);

    private final FakeVault vault = FakeVault.start();
    private int paths;

    @Override
    public String name() {
      return "vault";
    }

    @Override
    public StoreCapabilities capabilities() {
      return StoreCapabilities.readOnly();
    }

    @Override
    public SecretPath unusedPath() {
      return new SecretPath("mail/secret-" + ++paths);
    }

    @Override
    public void seed(SecretPath path, SecretFields fields) {
      VaultScene.put(vault.unversioned(), path, fields);
    }

    @Override
    public SecretStore open() {
      return open(vault.uri(), vault.tokens().issue(FakeTokens.Role.of(READER)));
    }

    @Override
    public Opening denied() {
      return new Opening.Possible(() -> open(vault.uri(), "hvs.of-nobody"));
    }

    @Override
    public Opening unreachable() {
      return new Opening.Possible(() -> open(URI.create("http://127.0.0.1:1"), "hvs.any"));
    }

    @Override
    public void close() {
      vault.close();
    }

    private static SecretStore open(URI address, String token) {
      return VaultScene.open(
          VaultScene.config(address, new VaultConfig.Engine("kv1", 1, "pending")), token);
    }
  }
}
