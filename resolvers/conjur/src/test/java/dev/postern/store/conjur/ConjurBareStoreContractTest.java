package dev.postern.store.conjur;

import dev.postern.store.contract.SecretStoreContract;
import dev.postern.store.contract.StoreFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Without variables beside the secrets' own. */
final class ConjurBareStoreContractTest extends SecretStoreContract {
  @TempDir private Path directory;

  @Override
  protected StoreFixture newFixture() {
    return new ConjurFixture(directory, ConjurConfig.Siblings.NONE);
  }
}
