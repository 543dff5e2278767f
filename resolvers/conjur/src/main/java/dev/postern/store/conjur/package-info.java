/**
 * CyberArk Conjur as a store, by the generated calls of {@code conjur-sdk-java}.
 *
 * <p>Use: {@link dev.postern.store.conjur.ConjurStoreFactory#open}.
 *
 * <p><b>Where things are.</b> A path is the id of a variable; its text is that of {@code
 * dev.postern.store.fields}; a version is Conjur's own number. Conjur keeps values and nothing
 * about them, so a successor and a flag need variables of their own beside the secret's, with
 * configured suffixes ({@code mail/sending}, {@code mail/sending/pending}, {@code
 * mail/sending/compromised}); without a suffix the store does not stage, or keeps no flags. A value
 * cannot be deleted: a text of its own says that nothing is pending, or not flagged.
 *
 * <p><b>How it is called.</b> The SDK builds each request and sends none: its own sending turns
 * values into {@code String}s, its token refresh breaks for good after a failure, and it takes
 * logins and certificates from {@code CONJUR_*} variables of the environment, which have no effect
 * here. Tokens are renewed ahead of their own end by one thread for all; a 401 is answered by one
 * new login. Each call of the port has one time limit for all its requests.
 *
 * <p><b>Guarantees.</b> Values are the bytes that were written. A write counts once it was read
 * back; a 500, with which Conjur answers some of several writers at once, is followed by a look at
 * what is there, and by a bounded number of repeats. Repeating any call is harmless.
 *
 * <p><b>Does not protect against</b> another writer between the check of the version and the write:
 * Conjur has no compare-and-set, and the capabilities say so. Copies on the heap: the HTTP client's
 * buffers, keys and tokens live until they are collected. An old version can be read for as long as
 * Conjur keeps it, in the pending variable too.
 *
 * <p><b>Not here:</b> {@code authn-k8s}. It needs a certificate request that Conjur answers by
 * writing files into the pod through the Kubernetes API, and so a second, privileged party; a
 * projected service account token with {@code authn-jwt} does the same without one.
 */
@NullMarked
package dev.postern.store.conjur;

import org.jspecify.annotations.NullMarked;
