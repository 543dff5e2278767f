package dev.postern.sidecar.templates;

import dev.postern.SecretFields;
import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.Version;
import java.util.Map;

/**
 * One version of a secret, to be rendered. The fields stay the caller's, who closes them.
 *
 * @param attributes what is not secret but needed to send
 */
public record Subject(
    SecretName name,
    SecretKind kind,
    Version version,
    Map<String, String> attributes,
    SecretFields fields) {}
