package dev.postern.store.contract;

/** The kit accepts a correct store. */
final class ReferenceStoreTest extends SecretStoreContract {
  @Override
  protected StoreFixture newFixture() {
    return new MemoryFixture(Flaw.NONE, false);
  }
}
