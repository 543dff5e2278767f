package dev.postern.sidecar.coordination;

import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.consumer.Holding;
import dev.postern.journal.RotationJournal;
import dev.postern.orphan.OrphanListener;
import dev.postern.orphan.OrphanSweep;
import dev.postern.rotation.RotationService;
import dev.postern.rotation.RotationStanding;
import dev.postern.rotation.Rotations;
import dev.postern.store.CompromiseFlag;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** This agent alone: its journal is a file, and the store's compare-and-set keeps others out. */
public final class Alone implements Coordination {
  private final Parts parts;
  private final Path folder;
  private final Rotations rotations;
  private Optional<OrphanSweep> sweep = Optional.empty();

  /**
   * @param journal stays open
   * @param folder where that journal is
   */
  public Alone(Parts parts, RotationJournal journal, Path folder) {
    this.parts = parts;
    this.folder = folder;
    this.rotations =
        new Rotations(
            parts.installation(),
            parts.targets(),
            new Rotations.Surroundings(
                journal, parts.serving(), parts.consumers(), parts.time(), parts.failpoints()),
            parts.listener(),
            parts.capacity());
  }

  @Override
  public void begin() {
    rotations.resume();
  }

  @Override
  public RotationService rotations() {
    return rotations;
  }

  @Override
  public void flagged(SecretName secret, Version version, CompromiseFlag flag) {
    rotations.flagged(secret, version, flag);
  }

  @Override
  public List<RotationStanding> standings() {
    return rotations.standings();
  }

  @Override
  public boolean rotates(SecretName secret) {
    return true;
  }

  @Override
  public List<Holding> elsewhere(SecretName secret) {
    return List.of();
  }

  @Override
  public synchronized void sweepOrphans(OrphanListener listener) {
    OrphanSweep begun =
        new OrphanSweep(
            parts.targets(),
            new OrphanSweep.Surroundings(
                parts.installation(), rotations::list, parts.time(), parts.failpoints()),
            listener);
    sweep = Optional.of(begun);
    begun.start();
  }

  @Override
  public String journal() {
    return folder.toString();
  }

  @Override
  public synchronized void close() {
    sweep.ifPresent(OrphanSweep::close);
    rotations.close();
  }
}
