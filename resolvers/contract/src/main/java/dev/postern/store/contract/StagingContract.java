package dev.postern.store.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.RotationId;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import org.junit.jupiter.api.Test;

/** A successor beside the current version. */
abstract class StagingContract extends ReadingContract {
  final RotationId rotation = RotationId.random();
  final RotationId other = RotationId.random();

  @Test
  void stagingThatIsNotClaimedIsUnsupported() {
    if (!store.capabilities().staging()) {
      assertUnsupported(() -> stage(rotation, NEW));
      assertUnsupported(() -> store.dropPending(path, rotation));
    }
    assertThat(currentValue()).isEqualTo(OLD);
  }

  @Test
  void stagedVersionIsNotServed() {
    needsStaging();
    Version before = currentVersion();
    stage(rotation, NEW);
    assertServed(before, OLD);
  }

  @Test
  void stagedVersionIsPendingWithItsRotation() {
    needsStaging();
    Version staged = stage(rotation, NEW);
    assertPending(rotation, NEW);
    try (StoredSecret pending = store.readPending(path).orElseThrow()) {
      assertThat(pending.version()).isEqualTo(staged).isNotEqualTo(currentVersion());
    }
  }

  @Test
  void pendingVersionIsReadByItsId() {
    needsStaging();
    assertThat(valueOf(stage(rotation, NEW))).isEqualTo(NEW);
  }

  @Test
  void stagingTwiceReturnsTheSameVersion() {
    needsStaging();
    Version staged = stage(rotation, NEW);
    assertThat(stage(rotation, NEW)).isEqualTo(staged);
    assertPending(rotation, NEW);
  }

  @Test
  void stagingOtherFieldsForTheSameRotationIsAConflict() {
    needsStaging();
    stage(rotation, NEW);
    assertConflict(() -> stage(rotation, "third"));
    assertPending(rotation, NEW);
  }

  @Test
  void stagingBesideAnotherRotationIsAConflict() {
    needsStaging();
    stage(rotation, NEW);
    assertConflict(() -> stage(other, "third"));
    assertPending(rotation, NEW);
  }

  @Test
  void stagingOnAnUnknownPathIsNotFound() {
    needsStaging();
    path = fixture.unusedPath();
    assertNotFound(() -> stage(rotation, NEW));
    assertNotFound(() -> store.head(path));
  }

  @Test
  void droppingRemovesTheOwnPendingVersion() {
    needsStaging();
    Version staged = stage(rotation, NEW);
    store.dropPending(path, rotation);
    assertThat(store.readPending(path)).isEmpty();
    assertNotFound(() -> store.readVersion(path, staged));
    assertThat(currentValue()).isEqualTo(OLD);
  }

  @Test
  void droppingMakesRoomForAnotherRotation() {
    needsStaging();
    stage(rotation, NEW);
    store.dropPending(path, rotation);
    stage(other, "third");
    assertPending(other, "third");
  }

  @Test
  void droppingLeavesAnotherRotationsPendingVersion() {
    needsStaging();
    stage(rotation, NEW);
    store.dropPending(path, other);
    assertPending(rotation, NEW);
  }

  @Test
  void droppingNothingDoesNothing() {
    needsStaging();
    Version before = currentVersion();
    store.dropPending(path, rotation);
    assertServed(before, OLD);
  }

  @Test
  void stagedFieldsStayTheCallers() {
    needsStaging();
    try (SecretFields mine = fields(NEW)) {
      store.stage(path, rotation, mine);
      assertThat(mine.field(FIELD).orElseThrow().exposeUtf8()).isEqualTo(NEW);
    }
    assertPending(rotation, NEW);
  }

  @Test
  void closingThePendingVersionReadDoesNotHurtTheStore() {
    needsStaging();
    stage(rotation, NEW);
    store.readPending(path).orElseThrow().close();
    assertPending(rotation, NEW);
  }

  @Test
  void pendingVersionOutlivesTheProcess() {
    needsStaging();
    Version staged = stage(rotation, NEW);
    reopen();
    assertPending(rotation, NEW);
    assertThat(valueOf(staged)).isEqualTo(NEW);
    assertThat(currentValue()).isEqualTo(OLD);
  }

  static void assertConflict(Runnable call) {
    assertThatExceptionOfType(StoreException.Conflict.class)
        .isThrownBy(call::run)
        .satisfies(conflict -> assertThat(conflict.isTransient()).isFalse());
  }

  static void assertUnsupported(Runnable call) {
    assertThatExceptionOfType(StoreException.Unsupported.class)
        .isThrownBy(call::run)
        .satisfies(refusal -> assertThat(refusal.isTransient()).isFalse());
  }
}
