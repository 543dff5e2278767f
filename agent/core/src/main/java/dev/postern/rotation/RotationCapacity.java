package dev.postern.rotation;

import dev.postern.issuer.CredentialIssuer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * What all rotations of a process share, whichever {@link Rotations} they belong to: how many work
 * at a time, and until when each provider wants to be left alone. Thread-safe.
 */
public final class RotationCapacity {
  private final Slots slots;
  private final Map<CredentialIssuer, ProviderPause> pauses = new ConcurrentHashMap<>();
  private final Map<CredentialIssuer, Semaphore> looks = new ConcurrentHashMap<>();

  /**
   * @param concurrency how many rotations work at a time; one that only waits for consumers does
   *     not count
   */
  public RotationCapacity(int concurrency) {
    this.slots = new Slots(concurrency);
  }

  Slots slots() {
    return slots;
  }

  ProviderPause pause(CredentialIssuer issuer) {
    return pauses.computeIfAbsent(issuer, _ -> new ProviderPause());
  }

  /** One look at a time at what a provider tells of an account: the rotations come first. */
  Semaphore look(CredentialIssuer issuer) {
    return looks.computeIfAbsent(issuer, _ -> new Semaphore(1, true));
  }
}
