package dev.postern.rotation;

import dev.postern.issuer.AccountEntry;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the provider tells of the account's use around a leak, and what is left for a person to do.
 *
 * @param from since when something counts as new: the moment of the flag
 * @param until how long the provider is looked at; empty until the old credential is revoked
 * @param lastLook when it was looked at last
 * @param notes what could not be found out, and why
 * @param uses of the old credential, by source address, the most frequent first
 * @param newEntries what gives access to the account and was made since the flag
 */
public record Aftermath(
    Instant from,
    Optional<Instant> until,
    boolean finished,
    Optional<Instant> lastLook,
    List<String> notes,
    List<Use> uses,
    List<NewEntry> newEntries,
    List<Task> tasks) {

  /** How often the old credential was used from one address. */
  public record Use(
      String source, long count, Instant first, Instant last, boolean afterRevocation) {}

  /**
   * A key, a login or an allow-list entry made since the flag.
   *
   * @param ours whether this agent's own rotations made it
   * @param listed whether it is still there
   */
  public record NewEntry(
      AccountEntry.Type type,
      String id,
      String description,
      Optional<Instant> createdAt,
      boolean ours,
      boolean listed) {}

  /**
   * A step that only a person can do.
   *
   * @param id names it within this receipt
   * @param link the provider's page for it, or empty
   * @param markedBy who said that it is done
   */
  public record Task(
      String id,
      String text,
      String link,
      TaskState state,
      Optional<String> markedBy,
      Optional<Instant> markedAt) {}

  /** How far a task is. */
  public enum TaskState {
    OPEN,
    DONE,
    /** The provider does not tell. */
    UNKNOWN,
    /** No machine can tell: open until a person says that it is done. */
    MANUAL;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Uses of the old credential that the provider logged after its revocation. */
  public long usesAfterRevocation() {
    return uses.stream().filter(Use::afterRevocation).mapToLong(Use::count).sum();
  }

  /** What was made since the flag by nobody this agent knows. */
  public List<NewEntry> unknownEntries() {
    return newEntries.stream().filter(entry -> !entry.ours()).toList();
  }
}
