package dev.postern.store.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.RotationId;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoredSecret;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The successor becomes current. */
abstract class PromotionContract extends StagingContract {

  @Test
  void promotionByAReadOnlyStoreIsUnsupported() {
    if (!store.capabilities().writable()) {
      assertUnsupported(() -> promote(rotation, NEW, currentVersion()));
    }
    assertThat(currentValue()).isEqualTo(OLD);
  }

  @Test
  void promotedVersionIsServed() {
    needsWriting();
    Version before = currentVersion();
    Version promoted = rotate(rotation, NEW);
    assertThat(promoted).isNotEqualTo(before);
    assertServed(promoted, NEW);
    assertThat(valueOf(promoted)).isEqualTo(NEW);
  }

  @Test
  void promotionRemovesThePendingMark() {
    needsStaging();
    rotate(rotation, NEW);
    assertThat(store.readPending(path)).isEmpty();
  }

  @Test
  void promotedVersionNamesNoOtherRotation() {
    needsWriting();
    rotate(rotation, NEW);
    try (StoredSecret current = store.readCurrent(path)) {
      current.rotation().ifPresent(maker -> assertThat(maker).isEqualTo(rotation));
    }
  }

  @Test
  void previousVersionsAreKeptAsClaimed() {
    needsWriting();
    int claimed = Math.min(3, store.capabilities().previousVersions());
    List<Version> versions = new ArrayList<>(List.of(currentVersion()));
    List<String> values = new ArrayList<>(List.of(OLD));
    for (int i = 1; i <= claimed; i++) {
      values.add("value number " + i);
      versions.add(rotate(RotationId.random(), values.getLast()));
    }
    for (int i = 0; i < versions.size(); i++) {
      try (StoredSecret read = store.readVersion(path, versions.get(i))) {
        assertThat(read.version()).isEqualTo(versions.get(i));
        assertThat(text(read, FIELD)).isEqualTo(values.get(i));
      }
    }
  }

  @Test
  void promotingTwiceChangesNothing() {
    needsWriting();
    Version before = currentVersion();
    Version promoted = rotate(rotation, NEW);
    assertThat(promote(rotation, NEW, before)).isEqualTo(promoted);
    assertServed(promoted, NEW);
  }

  @Test
  void promotingOverAnotherVersionIsAConflictAndChangesNothing() {
    needsCompareAndSet();
    Version before = currentVersion();
    if (store.capabilities().staging()) {
      stage(rotation, NEW);
    }
    seed(path, "put by a person");
    Version theirs = currentVersion();
    assertThat(theirs).isNotEqualTo(before);
    assertConflict(() -> promote(rotation, NEW, before));
    assertServed(theirs, "put by a person");
    if (store.capabilities().staging()) {
      assertPending(rotation, NEW);
    }
  }

  @Test
  void promotingWithNothingPendingIsNotFound() {
    needsStaging();
    Version before = currentVersion();
    assertNotFound(() -> promote(rotation, NEW, before));
    assertServed(before, OLD);
  }

  @Test
  void promotingAnotherRotationsPendingVersionIsNotFound() {
    needsStaging();
    Version before = currentVersion();
    stage(other, NEW);
    assertNotFound(() -> promote(rotation, NEW, before));
    assertServed(before, OLD);
    assertPending(other, NEW);
  }

  @Test
  void promotedFieldsStayTheCallers() {
    needsWriting();
    Version before = currentVersion();
    if (store.capabilities().staging()) {
      stage(rotation, NEW);
    }
    try (SecretFields mine = fields(NEW)) {
      store.promote(path, rotation, mine, before);
      assertThat(mine.field(FIELD).orElseThrow().exposeUtf8()).isEqualTo(NEW);
    }
    assertThat(currentValue()).isEqualTo(NEW);
  }

  @Test
  void promotionOutlivesTheProcess() {
    needsWriting();
    Version before = currentVersion();
    Version promoted = rotate(rotation, NEW);
    reopen();
    assertServed(promoted, NEW);
    assertThat(promote(rotation, NEW, before)).as("repeated after a crash").isEqualTo(promoted);
    if (store.capabilities().previousVersions() > 0) {
      assertThat(valueOf(before)).isEqualTo(OLD);
    }
  }

  @Test
  void versionsAreNotDerivedFromValues() {
    needsWriting();
    Version first = currentVersion();
    Version second = rotate(rotation, NEW);
    Version third = rotate(other, OLD);
    assertThat(List.of(first, second, third)).doesNotHaveDuplicates();
  }

  @Test
  void promotionIsSeenThroughAnotherOpenStore() {
    needsWriting();
    try (SecretStore reader = fixture.open()) {
      assertThat(value(reader.readCurrent(path))).isEqualTo(OLD);
      Version promoted = rotate(rotation, NEW);
      assertThat(reader.head(path).current()).isEqualTo(promoted);
      assertThat(value(reader.readCurrent(path))).isEqualTo(NEW);
    }
  }

  @Test
  void secretPutByAPersonIsSeenByTheOpenStore() {
    needsWriting();
    Version before = currentVersion();
    seed(path, NEW);
    assertThat(currentVersion()).isNotEqualTo(before);
    assertThat(currentValue()).isEqualTo(NEW);
  }

  @Test
  void promotionLeavesOtherPathsAlone() {
    needsWriting();
    SecretPath beside = fixture.unusedPath();
    seed(beside, OLD);
    Version before = store.head(beside).current();
    rotate(rotation, NEW);
    assertThat(store.head(beside).current()).isEqualTo(before);
    assertThat(value(store.readCurrent(beside))).isEqualTo(OLD);
  }
}
