package dev.postern.store;

import dev.postern.checkup.Check;
import dev.postern.checkup.Endpoint;
import dev.postern.checkup.Finding;
import dev.postern.checkup.Finding.Outcome;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link SecretStore} can tell of its own set-up. Optional: a store without it is only read.
 *
 * <p>The checks change nothing of value: no version, no label, no flag. Where the server has no
 * harmless way to prove a right, the finding is {@code SKIPPED} and names the right.
 */
public interface StoreCheckup {

  /** What a config does with a path. */
  enum Use {
    /** Its value is read, as that of an issuer's admin key. */
    VALUE,
    /** It is served: its value is read, and its version and flag are looked at. */
    SERVE,
    /** It is rotated besides: successors are staged and promoted, flags set and cleared. */
    ROTATE
  }

  /** The server that is called; empty for a store without one. */
  Optional<Endpoint> endpoint();

  /** In the order in which they are best read. Calls nobody until they are run. */
  List<Check> checks(SecretPath path, Use use);

  /**
   * What a failed call says.
   *
   * @param right what the agent's role needs, and in which policy file it is written; used when the
   *     store refuses the call
   */
  static Finding failed(StoreException failure, String right) {
    return switch (failure) {
      case StoreException.Denied denied ->
          Finding.fail(Finding.saying(Outcome.FAIL, denied.getMessage()).found(), right);
      default ->
          Finding.saying(
              failure.isTransient() ? Outcome.UNREACHABLE : Outcome.FAIL, failure.getMessage());
    };
  }
}
