/**
 * The words of Postern: what a secret, its kind, its version and a rotation are.
 *
 * <p>This module is the domain. It knows no vendor, no file format and no wire protocol: stores are
 * reached through {@link dev.postern.store.SecretStore}, mail providers through {@link
 * dev.postern.issuer.CredentialIssuer}, the durable record through {@link
 * dev.postern.journal.RotationJournal}. It depends on the JDK, JSpecify and the SLF4J API only.
 *
 * <p>What it guarantees is listed as the invariants of the rotation engine in {@link
 * dev.postern.rotation}. What it does not protect against: root on the machine, and a consumer that
 * leaks what it was given.
 */
@NullMarked
package dev.postern;

import org.jspecify.annotations.NullMarked;
