package dev.postern.store.aws;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Which Secrets Manager, and as whom. Holds no credential: those come from the platform.
 *
 * @param name the name that the config gives this store
 * @param region empty for that of the environment ({@code AWS_REGION}) or of the profile
 * @param profile a profile of the shared credentials files, instead of the default chain of
 *     environment, web identity (IRSA), profile, container (ECS, EKS Pod Identity) and instance
 * @param endpoint instead of the region's own; not together with {@code fips} or {@code dualStack}
 * @param role a role to take on with those credentials
 * @param timeout how long one operation may take, with all its calls
 */
public record AwsConfig(
    String name,
    Optional<String> region,
    Optional<String> profile,
    Optional<URI> endpoint,
    Optional<Role> role,
    boolean fips,
    boolean dualStack,
    Duration timeout) {

  /** What an operation may take when the config says nothing. */
  public static final Duration TIMEOUT = Duration.ofSeconds(10);

  public AwsConfig {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a store's name is not blank");
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("a store's timeout is longer than nothing");
    }
    if (endpoint.isPresent() && (fips || dualStack)) {
      throw new IllegalArgumentException("an endpoint of one's own is neither fips nor dual-stack");
    }
  }

  /**
   * @param externalId what the role's owner wants to hear, where the role is another account's; not
   *     a secret by AWS's own word
   */
  public record Role(String arn, Optional<String> externalId) {}
}
