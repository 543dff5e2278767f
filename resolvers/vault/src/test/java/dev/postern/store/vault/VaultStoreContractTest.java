package dev.postern.store.vault;

import dev.postern.SecretFields;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCapabilities;
import dev.postern.store.contract.SecretStoreContract;
import dev.postern.store.contract.StoreFixture;
import java.net.URI;

/** The whole kit, with no more rights than the rotator's policy gives. */
final class VaultStoreContractTest extends SecretStoreContract {

  @Override
  protected StoreFixture newFixture() {
    return new VaultFixture();
  }

  private static final class VaultFixture implements StoreFixture {
    private final FakeVault vault = FakeVault.start();
    private int paths;

    @Override
    public String name() {
      return "vault";
    }

    @Override
    public StoreCapabilities capabilities() {
      return new StoreCapabilities(true, true, true, true, 9);
    }

    @Override
    public SecretPath unusedPath() {
      return new SecretPath("mail/secret %# ü" + ++paths);
    }

    @Override
    public void seed(SecretPath path, SecretFields fields) {
      VaultScene.put(vault.kv(), path, fields);
    }

    @Override
    public SecretStore open() {
      return VaultScene.open(vault, VaultScene.policy("rotator"));
    }

    @Override
    public Opening denied() {
      return new Opening.Possible(
          () ->
              VaultScene.open(
                  VaultScene.config(vault.uri(), VaultScene.byVariable()), "hvs.of-nobody"));
    }

    @Override
    public Opening unreachable() {
      return new Opening.Possible(
          () ->
              VaultScene.open(
                  VaultScene.config(URI.create("http://127.0.0.1:1"), VaultScene.byVariable()),
                  "hvs.any"));
    }

    @Override
    public void close() {
      vault.close();
    }
  }
}
