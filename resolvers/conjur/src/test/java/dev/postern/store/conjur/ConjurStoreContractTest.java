package dev.postern.store.conjur;

import dev.postern.store.contract.SecretStoreContract;
import dev.postern.store.contract.StoreFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** With a variable beside each secret for its successor, and one for its flag. */
final class ConjurStoreContractTest extends SecretStoreContract {
  @TempDir private Path directory;

  @Override
  protected StoreFixture newFixture() {
    return new ConjurFixture(directory, ConjurFixture.SIBLINGS);
  }
}
