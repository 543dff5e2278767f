package dev.postern.serving;

import dev.postern.SecretName;
import dev.postern.Version;

/** A secret's served version, or its being tainted, changed. */
public record SecretChange(SecretName name, Version version, boolean tainted) {}
