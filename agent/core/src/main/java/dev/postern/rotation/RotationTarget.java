package dev.postern.rotation;

import dev.postern.issuer.CredentialIssuer;
import dev.postern.issuer.CredentialScope;
import dev.postern.serving.SecretDefinition;

/** A secret that can be rotated: where it is kept, who issues it, and how. */
public record RotationTarget(
    SecretDefinition secret,
    CredentialIssuer issuer,
    CredentialScope scope,
    RotationPolicy policy) {}
