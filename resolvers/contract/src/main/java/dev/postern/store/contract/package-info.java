/**
 * The kit that every store must pass: extend {@link
 * dev.postern.store.contract.SecretStoreContract}, supply a {@link
 * dev.postern.store.contract.StoreFixture}.
 *
 * <p>A main jar for the test scope of the store modules. No test is skipped silently: a capability
 * that a store does not claim skips its tests with that reason, the fixture must expect the same
 * capabilities, and what is not claimed must be refused as unsupported. The kit itself is tested:
 * stores that are broken in one way each must make named tests fail.
 */
@NullMarked
package dev.postern.store.contract;

import org.jspecify.annotations.NullMarked;
