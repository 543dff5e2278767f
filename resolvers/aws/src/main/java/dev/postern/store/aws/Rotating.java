package dev.postern.store.aws;

import dev.postern.RotationId;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.SecretPath;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import java.util.Optional;

/**
 * The labels' way through a rotation. Each step looks first, moves a label only from where it saw
 * it (which the service checks), and so can be repeated and raced.
 */
final class Rotating {
  /** How often the pending label is asked for while others come and go with it. */
  private static final int CLAIMS = 5;

  private final Operation operation;
  private final String store;
  private final SecretPath path;
  private final String mine;

  /** The version's id is the rotation's: that makes putting it repeatable. */
  Rotating(Operation operation, String store, SecretPath path, RotationId rotation) {
    this.operation = operation;
    this.store = store;
    this.path = path;
    this.mine = rotation.toString();
  }

  Version stage(SecretFields fields) {
    Labels seen = operation.labels();
    requireFree(seen);
    if (!seen.current().equals(mine) && !isPending(seen)) {
      operation.put(mine, fields);
      claim(seen);
    }
    requireSame(fields);
    return new Version(mine);
  }

  Version promote(SecretFields fields, Version expected) {
    Labels seen = operation.labels();
    if (!seen.current().equals(mine)) {
      requireExpected(seen, expected);
      if (seen.waiting().isEmpty() && !isUnclaimed(seen)) {
        seen = operation.settled(labels -> labels.waiting().isPresent() || isCurrent(labels));
      }
      if (!isCurrent(seen)) {
        seen = moveCurrent(seen, fields, expected);
      }
    }
    clearUp(seen);
    return new Version(mine);
  }

  void dropPending() {
    Labels seen;
    try {
      seen = operation.labels();
    } catch (StoreException.NotFound nothing) {
      return;
    }
    if (isCurrent(seen)) {
      return;
    }
    if (isPending(seen)) {
      takeOff(Labels.PENDING);
    }
    if (seen.carries(mine, Labels.own(mine))) {
      takeOff(Labels.own(mine));
    }
    if (isPending(seen)) {
      operation.settled(labels -> !isPending(labels));
    }
  }

  private Labels moveCurrent(Labels before, SecretFields fields, Version expected) {
    if (isUnclaimed(before)) {
      // Cut off while it staged, and found again: nobody may come in between from here on.
      requireFree(before);
      claim(before);
    } else if (!isPending(before)) {
      throw new StoreException.NotFound(
          "store %s: rotation %s has nothing pending for %s; stage it first"
              .formatted(store, mine, path));
    }
    requireSame(fields);
    if (!operation.move(Labels.CURRENT, Optional.of(mine), Optional.of(expected.id()))) {
      Labels seen = operation.labels();
      if (!isCurrent(seen)) {
        requireExpected(seen, expected);
      }
    }
    Labels seen = operation.settled(this::isCurrent);
    if (!isCurrent(seen)) {
      throw new StoreException.Unavailable(
          "store %s: AWS does not show the promotion of %s yet; repeat it".formatted(store, path),
          null);
    }
    return seen;
  }

  /** A pending label left on the current version would stop AWS's own rotation of the secret. */
  private void clearUp(Labels seen) {
    boolean wasPending = isPending(seen);
    if (wasPending) {
      takeOff(Labels.PENDING);
    }
    // Those of rotations before, too, that were cut off here: they would look like unclaimed ones.
    for (String other : seen.madeBesides(mine)) {
      operation.move(Labels.own(other), Optional.empty(), Optional.of(other));
    }
    if (wasPending) {
      operation.settled(labels -> !isPending(labels));
    }
  }

  /**
   * Takes the pending label. Putting the version with it would take it from whoever had just got
   * it; moving it is refused then.
   */
  private void claim(Labels before) {
    Labels seen = before;
    boolean refused = true;
    for (int claim = 0; claim < CLAIMS && refused && !isPending(seen); claim++) {
      // Refused, and yet free when looked at: whoever had it is done, and it is asked for again.
      refused = !operation.move(Labels.PENDING, Optional.of(mine), seen.pending());
      boolean again = refused && claim + 1 < CLAIMS;
      seen = operation.settled(labels -> again || isPending(labels) || isHeldByAnother(labels));
      if (isHeldByAnother(seen)) {
        takeOff(Labels.own(mine));
        requireFree(seen);
      }
    }
    if (!isPending(seen)) {
      throw new StoreException.Unavailable(
          "store %s: AWS does not show the new version of %s yet; repeat it".formatted(store, path),
          null);
    }
    if (!seen.carries(mine, Labels.own(mine))) {
      operation.move(Labels.own(mine), Optional.of(mine), Optional.empty());
    }
  }

  private void takeOff(String label) {
    operation.move(label, Optional.empty(), Optional.of(mine));
  }

  private void requireFree(Labels seen) {
    if (isHeldByAnother(seen)) {
      String other = seen.waiting().orElseThrow();
      throw new StoreException.Conflict(
          "store %s: version %s of %s carries AWSPENDING, left by %s; nothing was staged, end that"
                  .formatted(store, other, path, owner(seen, other))
              + " rotation or take the label off");
    }
  }

  private static String owner(Labels seen, String version) {
    if (seen.carries(version, Labels.own(version))) {
      return "another rotation of Postern";
    }
    return seen.nativeRotation() ? "AWS's own rotation of the secret" : "somebody else";
  }

  private void requireExpected(Labels seen, Version expected) {
    if (!seen.current().equals(expected.id())) {
      throw new StoreException.Conflict(
          "store %s: %s is at version %s, expected %s; nothing was promoted"
              .formatted(store, path, seen.current(), expected));
    }
  }

  /** The service refuses another value for the same version; others of its kind overwrite it. */
  private void requireSame(SecretFields fields) {
    try (StoredSecret staged =
        operation
            .valueOf(mine)
            .orElseThrow(
                () ->
                    new StoreException.NotFound(
                        "store %s: version %s of %s is gone; stage it again"
                            .formatted(store, mine, path)))) {
      if (!staged.fields().sameAs(fields)) {
        throw new StoreException.Conflict(
            "store %s: this rotation staged other fields as version %s of %s; nothing was changed"
                .formatted(store, mine, path));
      }
    }
  }

  private boolean isCurrent(Labels labels) {
    return labels.current().equals(mine);
  }

  private boolean isPending(Labels labels) {
    return labels.pending().filter(mine::equals).isPresent();
  }

  /** Stored, and cut off before it took the pending label. */
  private boolean isUnclaimed(Labels labels) {
    return !isPending(labels) && !isCurrent(labels) && labels.carries(mine, Labels.own(mine));
  }

  private boolean isHeldByAnother(Labels labels) {
    return labels.waiting().filter(version -> !version.equals(mine)).isPresent();
  }
}
