package dev.postern.store.env;

import dev.postern.SecretFields;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCapabilities;
import dev.postern.store.contract.SecretStoreContract;
import dev.postern.store.contract.StoreFixture;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

final class EnvStoreContractTest extends SecretStoreContract {

  @Override
  protected StoreFixture newFixture() {
    return new EnvFixture();
  }

  private static final class EnvFixture implements StoreFixture {
    private final Map<String, String> environment = new HashMap<>();
    private int paths;

    @Override
    public String name() {
      return "env";
    }

    @Override
    public StoreCapabilities capabilities() {
      return StoreCapabilities.readOnly();
    }

    @Override
    public SecretPath unusedPath() {
      return new SecretPath("MAIL_SECRET_" + ++paths);
    }

    @Override
    public void seed(SecretPath path, SecretFields fields) {
      for (String name : fields.names()) {
        environment.put(
            path + "__" + name.toUpperCase(Locale.ROOT),
            fields.field(name).orElseThrow().exposeUtf8());
      }
    }

    @Override
    public SecretStore open() {
      return EnvStoreFactory.open(new EnvConfig(name(), environment));
    }

    @Override
    public Opening denied() {
      return new Opening.Impossible("a process is never refused its own environment");
    }

    @Override
    public Opening unreachable() {
      return new Opening.Impossible("a process always has its environment");
    }

    @Override
    public void close() {}
  }
}
