package dev.postern.store.contract;

/** The kit accepts a correct read-only store. */
final class ReadOnlyReferenceStoreTest extends SecretStoreContract {
  @Override
  protected StoreFixture newFixture() {
    return new MemoryFixture(Flaw.NONE, true);
  }
}
