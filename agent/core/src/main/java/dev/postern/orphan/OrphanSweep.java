package dev.postern.orphan;

import dev.postern.SecretKind.Succession;
import dev.postern.failpoint.Failpoints;
import dev.postern.issuer.CredentialIssuer;
import dev.postern.rotation.Receipt;
import dev.postern.rotation.RotationTarget;
import dev.postern.time.Signal;
import dev.postern.time.TimeSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Supplier;

/**
 * Looks for orphans at its start and about every hour: one virtual thread per issuer, so that a
 * provider that hangs delays its own looks only.
 */
public final class OrphanSweep implements AutoCloseable {
  private final TimeSource time;
  private final Signal stop = new Signal();
  private final List<IssuerSweep> sweeps;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopping;

  /**
   * What it works with.
   *
   * @param installation whose credentials it may delete
   * @param rotations all rotations of the journal, as they are at the moment of the call; throws a
   *     {@link dev.postern.journal.JournalException} when it cannot be read: then nothing is
   *     deleted
   */
  public record Surroundings(
      String installation,
      Supplier<List<Receipt>> rotations,
      TimeSource time,
      Failpoints failpoints) {}

  public OrphanSweep(
      List<RotationTarget> targets, Surroundings surroundings, OrphanListener listener) {
    this.time = surroundings.time();
    IdentityHashMap<CredentialIssuer, List<RotationTarget>> byIssuer = new IdentityHashMap<>();
    for (RotationTarget target : targets) {
      if (target.scope().kind().succession() == Succession.BESIDE) {
        byIssuer.computeIfAbsent(target.issuer(), issuer -> new ArrayList<>()).add(target);
      }
    }
    sweeps =
        byIssuer.entrySet().stream()
            .map(entry -> new IssuerSweep(entry.getKey(), entry.getValue(), surroundings, listener))
            .toList();
  }

  /** Begins to look, in the background. The journal's rotations must have been taken up. */
  public void start() {
    for (IssuerSweep sweep : sweeps) {
      threads.add(
          Thread.ofVirtual().name("orphans-" + sweep.issuer()).start(() -> lookOnAndOn(sweep)));
    }
  }

  private void lookOnAndOn(IssuerSweep sweep) {
    try {
      while (!stopping) {
        long seen = stop.seen();
        Instant next = time.instant().plus(sweep.look());
        while (!stopping && time.instant().isBefore(next)) {
          time.await(stop, seen, next);
        }
      }
    } catch (InterruptedException impatient) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops looking. A deletion under way may still be carried out; repeating it is harmless. */
  @Override
  public void close() {
    stopping = true;
    stop.raise();
    threads.forEach(Thread::interrupt);
  }
}
