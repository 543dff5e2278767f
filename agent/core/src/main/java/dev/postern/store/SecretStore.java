package dev.postern.store;

import dev.postern.RotationId;
import dev.postern.SecretFields;
import dev.postern.Version;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A secrets manager that holds, for each path, a current version, at most one pending version, and
 * some previous ones.
 *
 * <p><b>Threading.</b> All methods may be called from any thread at once; they block, and are
 * called from virtual threads. Each call ends within the deadline the implementation was configured
 * with.
 *
 * <p><b>Errors.</b> Every method throws only {@link StoreException}s (and {@link
 * IllegalStateException} after {@link #close()}). After any exception the stored state is either as
 * before the call or as after its success, never between.
 *
 * <p><b>Ownership.</b> Values handed in stay the caller's: an implementation copies what it keeps.
 * Values handed out are the caller's to close.
 */
public interface SecretStore extends AutoCloseable {

  /** The name that the config gives this store; a metric label. */
  String name();

  StoreCapabilities capabilities();

  /**
   * The version that is served and whether it is flagged, without the value: the cheapest call that
   * can tell that something changed.
   *
   * @throws StoreException.NotFound when the path has no current version
   */
  SecretHead head(SecretPath path);

  /**
   * {@link #head} of many secrets, in as few calls as the store can; without a call of that kind,
   * one after another, for as long as the store answers.
   *
   * @return an answer for each of the paths, and for no other
   * @throws StoreException when the call as a whole failed, and so nothing is known of any of them
   */
  default Map<SecretPath, Look> look(Set<SecretPath> paths) {
    return Look.oneByOne(this, paths);
  }

  /**
   * @throws StoreException.NotFound when the path has no current version
   */
  StoredSecret readCurrent(SecretPath path);

  /**
   * Reads the current version, the pending one or one of the previous ones.
   *
   * @throws StoreException.NotFound when the store does not, or no longer, hold that version
   */
  StoredSecret readVersion(SecretPath path, Version version);

  /**
   * The pending version, if one is staged, with the rotation that staged it. {@link
   * StoredSecret#rotation()} is empty when something else than Postern staged it.
   */
  Optional<StoredSecret> readPending(SecretPath path);

  /**
   * Keeps a successor beside the current version, without serving it. Repeating it with the same
   * rotation and the same fields changes nothing and returns the same version.
   *
   * @return the pending version's id, which may differ from the id it has once promoted
   * @throws StoreException.NotFound when the path has no current version
   * @throws StoreException.Conflict when another rotation's version is pending, or this rotation
   *     staged other fields; what is pending stays
   * @throws StoreException.Unsupported when the store has no staging
   */
  Version stage(SecretPath path, RotationId rotation, SecretFields fields);

  /**
   * Makes the successor current, and the current version the previous one. Removes the pending
   * mark. Repeating it after it succeeded changes nothing and returns the same version.
   *
   * @param fields the successor, for stores that must write it anew; the same that was staged
   * @param expectedCurrent the version that the rotation found current when it began
   * @return the id of the version that is now current
   * @throws StoreException.Conflict when the current version is neither the expected one nor this
   *     rotation's own; nothing was changed
   * @throws StoreException.NotFound when the store stages, and nothing of this rotation is pending
   * @throws StoreException.Unsupported when the store is read-only
   */
  Version promote(
      SecretPath path, RotationId rotation, SecretFields fields, Version expectedCurrent);

  /**
   * Removes this rotation's pending version for good. Does nothing when there is none, or when the
   * one there belongs to somebody else.
   *
   * @throws StoreException.Unsupported when the store has no staging
   */
  void dropPending(SecretPath path, RotationId rotation);

  /**
   * Marks the secret compromised. A flag that is there already is replaced.
   *
   * @throws StoreException.NotFound when the path has no current version
   * @throws StoreException.Unsupported when the store keeps no flags
   */
  void flagCompromised(SecretPath path, CompromiseFlag flag);

  /**
   * Clears the mark. Does nothing when there is none.
   *
   * @throws StoreException.NotFound when the path has no current version
   * @throws StoreException.Unsupported when the store keeps no flags
   */
  void unflagCompromised(SecretPath path);

  /**
   * Proves with one cheap call that the store can be reached and accepts this agent.
   *
   * @throws StoreException saying what is wrong and what to do
   */
  void check();

  /** Releases connections and wipes cached credentials. Repeating it does nothing. */
  @Override
  void close();
}
