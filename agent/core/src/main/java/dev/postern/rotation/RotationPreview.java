package dev.postern.rotation;

import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.consumer.Holding;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a rotation would do, with nothing changed.
 *
 * @param oldCredential the provider's id of the credential that would be revoked, when it is known
 * @param candidates live credentials of which one is the old one, when it is not
 * @param steps in the order in which they would run
 * @param deadline from the start to revocation, at most
 * @param holders the consumers that revocation would wait for
 * @param warnings what stands in the way, in words for an operator
 */
public record RotationPreview(
    SecretName secret,
    Version currentVersion,
    Optional<String> oldCredential,
    List<String> candidates,
    List<Step> steps,
    Duration deadline,
    List<Holding> holders,
    List<String> warnings) {}
