/**
 * The embedded store: one age-encrypted file, for machines without a secrets manager.
 *
 * <p>Use: {@link dev.postern.store.local.LocalStoreFactory#init} once, {@link
 * dev.postern.store.local.LocalAdministration#put} for a first value, {@link
 * dev.postern.store.local.LocalStoreFactory#open} in the agent.
 *
 * <p><b>The file</b> is binary age (X25519), so {@code age -d -i identity.txt store.age} decrypts
 * it. Inside is one JSON object; values are base64, so that any bytes fit and none becomes a {@code
 * String}:
 *
 * <pre>
 * {"format":"postern-local-store","version":1,"secrets":{
 *   "mail/sending":{"last_version":3,"compromised":"mark, while flagged",
 *     "current":{"version":2,"rotation":"uuid, where one made it","created_at":"2026-11-21T19:00:00Z",
 *       "fields":{"api_key":"base64"}},
 *     "pending":{…},
 *     "previous":[{…},…]}}}
 * </pre>
 *
 * <p>Versions count up per path; a number is never given out twice, also when its version was
 * dropped. Three previous versions are kept.
 *
 * <p><b>Guarantees.</b> The file is replaced whole and durably (temporary file born 0600, fsync,
 * atomic move, fsync of the directory): after a crash it holds the old content or the new. A
 * symbolic link is written through, to the file it points to. Writers of all processes exclude each
 * other by {@code <file>.lock}; readers notice a change on their next call. A new file format is
 * refused, never overwritten.
 *
 * <p><b>Does not protect against</b> whoever can read the identity file: root, and this user.
 * Decrypted values live off-heap; while the file is decrypted or encrypted, plain text passes
 * through arrays on the heap. Ours are wiped; those inside the age library and the JDK's ciphers
 * are left to the collector.
 */
@NullMarked
package dev.postern.store.local;

import org.jspecify.annotations.NullMarked;
