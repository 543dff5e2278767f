package dev.postern.issuer;

import dev.postern.SecretKind;

/**
 * For what a credential is good: its kind, and the sending domain where the kind has one.
 *
 * @param domain the sending domain, or the empty string for a kind that belongs to the account
 */
public record CredentialScope(SecretKind kind, String domain) {}
