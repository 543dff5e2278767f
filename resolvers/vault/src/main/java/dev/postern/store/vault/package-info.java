/**
 * The store on HashiCorp Vault, and on OpenBao, which speaks the same API.
 *
 * <p>Use: {@link dev.postern.store.vault.VaultStoreFactory#open}. It calls nobody; the first call
 * of the store logs in, so that an agent starts while Vault is down.
 *
 * <p><b>Where things are</b> (KV version 2). Fields are the members of the secret. A version is
 * Vault's number. A successor waits at the sibling path {@code <path>/pending}, written with the
 * check-and-set number of what was there before (zero, the first time) and <em>destroyed</em> by
 * its number afterwards: a delete of the whole path knows no check-and-set, and one that arrives
 * late would take away another rotation's successor. What remains of the path is an empty entry.
 * The member {@code postern_rotation} names the rotation that wrote a version; it is not handed
 * out. The flag is the custom metadata member {@code postern_compromised}; the others are left
 * alone, by PATCH where the policy allows it, and else by reading and writing all.
 *
 * <p><b>What a refresh costs.</b> One read of the metadata for each secret: no value, and a storage
 * read less for the server than a read of the data. It needs {@code read} on {@code
 * <mount>/metadata/<path>}. The policies in {@code deploy/policies} give this much and no more.
 * Where a policy refuses just this, the whole secret is read instead, which says the version and
 * (not before Vault 1.9) the flag too; a warning says so once.
 *
 * <p><b>Guarantees.</b> Every write of a secret is check-and-set; nothing of somebody else's is
 * overwritten. Each call ends within the configured time, logins included, whatever the server
 * sends. Redirects are not followed, as they would carry the token. A token is renewed by the calls
 * themselves, with no thread; a denied call is tried once more with a new token. Nothing that the
 * server says is repeated in a message, and exceptions of the driver, which quote it, are not
 * chained.
 *
 * <p><b>What the driver does.</b> The logins, the renewal and the raw requests, over a client of
 * ours that bounds them. Not done by it: PATCH, which it lacks; unwrapping, which goes round the
 * client it was given; PEM files, of which it reads RSA keys only. Its settings are kept from the
 * environment and the home directory, where it would find tokens.
 *
 * <p><b>OpenBao</b> counts the changes of metadata, and can be told to demand check-and-set of them
 * too ({@code metadata_cas_required}, its pull request 1372). Where a server counts, the flag is
 * written with the number that was read ({@code metadata_cas}), and again when somebody else's
 * change came in between.
 *
 * <p><b>KV version 1</b> is read-only, and its versions are counted by each agent for itself: such
 * an engine has none, so that agents of one fleet may call the same value by different numbers.
 *
 * <p><b>Does not protect against</b> whoever may write the metadata while the flag is set without
 * the right to patch: the server cannot check-and-set it, and the later of two writers wins. Values
 * and tokens pass the heap as {@code String}s of the driver and of the JDK's client, which nobody
 * can wipe; what is kept is locked and wiped.
 */
@NullMarked
package dev.postern.store.vault;

import org.jspecify.annotations.NullMarked;
