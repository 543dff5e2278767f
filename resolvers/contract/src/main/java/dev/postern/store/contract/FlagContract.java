package dev.postern.store.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import org.junit.jupiter.api.Test;

/** The mark that says: this secret has leaked. */
abstract class FlagContract extends PromotionContract {
  private static final CompromiseFlag FLAG = new CompromiseFlag("incident 4711 – seen on GitHub");

  @Test
  void flagsThatAreNotClaimedAreUnsupported() {
    if (!store.capabilities().flags()) {
      assertUnsupported(() -> store.flagCompromised(path, FLAG));
      assertUnsupported(() -> store.unflagCompromised(path));
      assertThat(store.head(path).flag()).isEmpty();
    }
    assertThat(currentValue()).isEqualTo(OLD);
  }

  @Test
  void flagIsSeenInTheHead() {
    needsFlags();
    store.flagCompromised(path, FLAG);
    assertThat(store.head(path).flag()).contains(FLAG);
  }

  @Test
  void newFlagReplacesTheOldOne() {
    needsFlags();
    CompromiseFlag newer = new CompromiseFlag("incident 4712");
    store.flagCompromised(path, FLAG);
    store.flagCompromised(path, newer);
    assertThat(store.head(path).flag()).contains(newer);
  }

  @Test
  void flagIsCleared() {
    needsFlags();
    store.flagCompromised(path, FLAG);
    store.unflagCompromised(path);
    assertThat(store.head(path).flag()).isEmpty();
  }

  @Test
  void clearingNoFlagDoesNothing() {
    needsFlags();
    store.unflagCompromised(path);
    assertThat(store.head(path).flag()).isEmpty();
  }

  @Test
  void flagOnAnUnknownPathIsNotFound() {
    needsFlags();
    SecretPath unknown = fixture.unusedPath();
    assertNotFound(() -> store.flagCompromised(unknown, FLAG));
    assertNotFound(() -> store.unflagCompromised(unknown));
  }

  @Test
  void flagTouchesNeitherVersionNorOtherPaths() {
    needsFlags();
    SecretPath beside = fixture.unusedPath();
    seed(beside, NEW);
    Version before = currentVersion();
    store.flagCompromised(path, FLAG);
    assertServed(before, OLD);
    assertThat(store.head(beside).flag()).isEmpty();
  }

  @Test
  void flagOutlivesPromotion() {
    needsFlags();
    needsWriting();
    store.flagCompromised(path, FLAG);
    rotate(rotation, NEW);
    assertThat(store.head(path).flag()).as("cleared when proven, not before").contains(FLAG);
  }

  @Test
  void flagOutlivesTheProcess() {
    needsFlags();
    store.flagCompromised(path, FLAG);
    reopen();
    assertThat(store.head(path).flag()).contains(FLAG);
    store.unflagCompromised(path);
    reopen();
    assertThat(store.head(path).flag()).isEmpty();
  }

  @Test
  void flagIsSeenThroughAnotherOpenStore() {
    needsFlags();
    try (SecretStore reader = fixture.open()) {
      assertThat(reader.head(path).flag()).isEmpty();
      store.flagCompromised(path, FLAG);
      assertThat(reader.head(path).flag()).contains(FLAG);
    }
  }
}
