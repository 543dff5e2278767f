package dev.postern.store.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.Look;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCapabilities;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What every store does, read-only ones too. */
abstract class ReadingContract extends StoreContractFrame {

  @Test
  void capabilitiesAreTheExpectedOnes() {
    assertThat(store.capabilities()).isEqualTo(fixture.capabilities());
  }

  @Test
  void capabilitiesAreConsistent() {
    StoreCapabilities claimed = store.capabilities();
    assertThat(claimed.writable() || !claimed.staging()).as("who stages can write").isTrue();
    assertThat(claimed.writable() || !claimed.compareAndSet())
        .as("who compares and sets can write")
        .isTrue();
    assertThat(claimed.previousVersions()).isNotNegative();
  }

  @Test
  void nameIsTheConfiguredOne() {
    assertThat(store.name()).isEqualTo(fixture.name());
  }

  @Test
  void currentVersionIsReadWithItsFields() {
    try (StoredSecret current = store.readCurrent(path)) {
      assertThat(current.fields().names()).containsExactly(FIELD);
      assertThat(text(current, FIELD)).isEqualTo(OLD);
      assertThat(current.rotation()).as("nobody rotated it").isEmpty();
      current
          .createdAt()
          .ifPresent(time -> assertThat(time).isBefore(Instant.now().plus(Duration.ofMinutes(5))));
    }
  }

  @Test
  void headNamesTheCurrentVersionAndNoFlag() {
    try (StoredSecret current = store.readCurrent(path)) {
      assertThat(store.head(path).current()).isEqualTo(current.version());
      assertThat(store.head(path).flag()).isEmpty();
    }
  }

  @Test
  void manyLooksSeeWhatOneSees() {
    SecretPath second = fixture.unusedPath();
    seed(second, NEW);
    SecretPath unknown = fixture.unusedPath();
    reopen();
    Map<SecretPath, Look> looks = store.look(Set.of(path, second, unknown));
    assertThat(looks).containsOnlyKeys(path, second, unknown);
    assertThat(looks).containsEntry(path, new Look.Seen(store.head(path)));
    assertThat(looks).containsEntry(second, new Look.Seen(store.head(second)));
    assertThat(looks.get(unknown))
        .isInstanceOfSatisfying(
            Look.Failed.class,
            failed -> assertThat(failed.why()).isInstanceOf(StoreException.NotFound.class));
    assertThat(store.look(Set.of())).isEmpty();
  }

  @Test
  void currentVersionIsReadByItsId() {
    try (StoredSecret read = store.readVersion(path, currentVersion())) {
      assertThat(read.version()).isEqualTo(currentVersion());
      assertThat(text(read, FIELD)).isEqualTo(OLD);
    }
  }

  @Test
  void unknownVersionIsNotFound() {
    assertNotFound(() -> store.readVersion(path, new Version("987654321")));
  }

  @Test
  void unknownPathIsNotFound() {
    SecretPath unknown = fixture.unusedPath();
    assertNotFound(() -> store.head(unknown));
    assertNotFound(() -> store.readCurrent(unknown));
    assertNotFound(() -> store.readVersion(unknown, currentVersion()));
  }

  @Test
  void nothingIsPendingBeforeAnythingIsStaged() {
    assertThat(store.readPending(path)).isEmpty();
  }

  @Test
  void valuesAreKeptByteForByte() {
    Map<String, String> awkward =
        Map.of(
            "api_key", " leading, trailing and\nline\r\nbreaks\t",
            "login", "\"quotes\" \\backslashes\\ {\"json\":[null]} ${x} %s =",
            "password", "ünïcödé \uD83D\uDD11\uD83D\uDEAA 鍵 \u00A0",
            "certificate", "x".repeat(4096));
    SecretPath awkwardPath = fixture.unusedPath();
    try (SecretFields fields = fields(awkward)) {
      fixture.seed(awkwardPath, fields);
    }
    reopen();
    try (StoredSecret read = store.readCurrent(awkwardPath)) {
      assertThat(read.fields().names()).containsExactlyInAnyOrderElementsOf(awkward.keySet());
      awkward.forEach((name, value) -> assertThat(text(read, name)).as(name).isEqualTo(value));
    }
  }

  @Test
  void eachPathHasItsOwnValue() {
    SecretPath other = fixture.unusedPath();
    seed(other, NEW);
    reopen();
    assertThat(value(store.readCurrent(other))).isEqualTo(NEW);
    assertThat(currentValue()).isEqualTo(OLD);
  }

  @Test
  void closingWhatWasReadDoesNotHurtTheStore() {
    store.readCurrent(path).close();
    store.readVersion(path, currentVersion()).close();
    assertThat(currentValue()).isEqualTo(OLD);
  }

  @Test
  void whatWasReadOutlivesTheStore() {
    try (StoredSecret read = store.readCurrent(path)) {
      store.close();
      assertThat(text(read, FIELD)).isEqualTo(OLD);
    }
  }

  @Test
  void checkPassesOnAHealthyStore() {
    store.check();
  }

  @Test
  void refusedAgentIsDenied() {
    inTrouble(
        fixture.denied(),
        call ->
            assertThatExceptionOfType(StoreException.Denied.class)
                .isThrownBy(call::run)
                .satisfies(refusal -> assertThat(refusal.isTransient()).isFalse()));
  }

  @Test
  void unreachableBackendIsUnavailable() {
    inTrouble(
        fixture.unreachable(),
        call ->
            assertThatExceptionOfType(StoreException.Unavailable.class)
                .isThrownBy(call::run)
                .satisfies(failure -> assertThat(failure.isTransient()).isTrue()));
  }

  @Test
  void closingTwiceDoesNothing() {
    store.close();
    store.close();
  }

  @Test
  void everyReadAfterCloseIsAnIllegalState() {
    Version version = currentVersion();
    store.close();
    assertClosed(() -> store.head(path));
    assertClosed(() -> store.readCurrent(path));
    assertClosed(() -> store.readVersion(path, version));
    assertClosed(() -> store.readPending(path));
    assertClosed(() -> store.check());
  }

  static void assertNotFound(Runnable call) {
    assertThatExceptionOfType(StoreException.NotFound.class)
        .isThrownBy(call::run)
        .satisfies(missing -> assertThat(missing.isTransient()).isFalse());
  }

  static void assertClosed(Runnable call) {
    assertThatThrownBy(call::run).isExactlyInstanceOf(IllegalStateException.class);
  }

  /** Both the check and a read must say it, unless opening did already. */
  private void inTrouble(StoreFixture.Opening opening, Consumer<Runnable> expectation) {
    switch (opening) {
      case StoreFixture.Opening.Impossible(String why) -> abort(why);
      case StoreFixture.Opening.Possible(var open) -> {
        expectation.accept(
            () -> {
              try (SecretStore troubled = open.get()) {
                troubled.check();
              }
            });
        expectation.accept(
            () -> {
              try (SecretStore troubled = open.get()) {
                troubled.readCurrent(path).close();
              }
            });
      }
    }
  }
}
