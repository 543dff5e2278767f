package dev.postern.store.conjur;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.RotationId;
import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.StoreException;
import dev.postern.store.conjur.fake.Fault;
import dev.postern.store.conjur.fake.Route;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writing to a store that has no compare-and-set and fails when several write. */
final class ConjurWritingTest extends ConjurScene {
  private final RotationId rotation = RotationId.random();

  private Version promote(String text, String expected) {
    try (SecretFields fields = value(text)) {
      return store.promote(PATH, rotation, fields, new Version(expected));
    }
  }

  private Version stage(String text) {
    try (SecretFields fields = value(text)) {
      return store.stage(PATH, rotation, fields);
    }
  }

  @Test
  void writeThatFailsForOneOfSeveralWritersIsRepeated() {
    stage(NEW);
    server.fail(Route.WRITE, Fault.ERROR_500, 3);

    assertThat(promote(NEW, "1")).isEqualTo(new Version("2"));

    assertThat(server.value(PATH.value())).contains(NEW);
    assertThat(store.readPending(PATH)).isEmpty();
  }

  @Test
  void writeThatFailedAndWasDoneIsNotDoneTwice() {
    stage(NEW);
    int before = server.count(Route.WRITE);
    server.fail(Route.WRITE, Fault.ERROR_500_AFTER, 1);

    assertThat(promote(NEW, "1")).isEqualTo(new Version("2"));

    assertThat(server.newestVersion(PATH.value())).isEqualTo(2);
    assertThat(server.count(Route.WRITE) - before)
        .as("the value, and that none is pending")
        .isEqualTo(2);
  }

  @Test
  void writeThatGoesOnFailingIsGivenUp() {
    stage(NEW);
    server.fail(Route.WRITE, Fault.ERROR_500, 100);
    int before = server.count(Route.WRITE);

    assertThatExceptionOfType(StoreException.Unavailable.class)
        .isThrownBy(() -> promote(NEW, "1"))
        .withMessageContaining("failed 5 times to write mail/sending");

    assertThat(server.count(Route.WRITE) - before).isEqualTo(5);
    assertThat(current()).isEqualTo(OLD);
  }

  @Test
  void writeOfSomebodyElseAfterAFailedOneIsNotOverwritten() {
    stage(NEW);
    server.fail(Route.WRITE, Fault.ERROR_500, 1);
    server.beforeNext(Route.WRITE, () -> server.write(PATH.value(), "a person's"));

    assertThatExceptionOfType(StoreException.Conflict.class).isThrownBy(() -> promote(NEW, "1"));

    assertThat(current()).isEqualTo("a person's");
    assertThat(store.readPending(PATH)).isPresent();
  }

  @Test
  void writeThatSomebodyElseReplacedAtOnceIsAConflict() {
    stage(NEW);
    server.beforeNext(Route.WRITE, () -> {});
    server.beforeNext(Route.DESCRIBE, () -> {});
    server.beforeNext(Route.DESCRIBE, () -> {});
    server.beforeNext(Route.DESCRIBE, () -> server.write(PATH.value(), "a person's"));

    assertThatExceptionOfType(StoreException.Conflict.class).isThrownBy(() -> promote(NEW, "1"));

    assertThat(current()).isEqualTo("a person's");
  }

  @Test
  void promotionOverAnotherVersionThanExpectedIsAConflictAndWritesNothing() {
    stage(NEW);
    server.write(PATH.value(), "a person's");
    int before = server.count(Route.WRITE);

    assertThatExceptionOfType(StoreException.Conflict.class)
        .isThrownBy(() -> promote(NEW, "1"))
        .withMessageContaining("mail/sending is at version 2, expected 1");

    assertThat(server.count(Route.WRITE)).isEqualTo(before);
  }

  @Test
  void promotionThatCrashedBeforeItClearedUpIsFinished() {
    stage(NEW);
    server.write(PATH.value(), NEW);

    assertThat(promote(NEW, "1")).isEqualTo(new Version("2"));

    assertThat(store.readPending(PATH)).isEmpty();
    assertThat(server.newestVersion(PATH.value())).isEqualTo(2);
  }

  @Test
  void promotionOfOtherFieldsThanWereStagedIsAConflict() {
    stage(NEW);

    assertThatExceptionOfType(StoreException.Conflict.class)
        .isThrownBy(() -> promote("third", "1"));

    assertThat(current()).isEqualTo(OLD);
  }

  @Test
  void whatAPersonPutIntoThePendingVariableIsLeft() {
    server.write(PENDING, "no word of Postern's");

    assertThatExceptionOfType(StoreException.Conflict.class).isThrownBy(() -> stage(NEW));
    store.dropPending(PATH, rotation);

    assertThat(server.value(PENDING)).contains("no word of Postern's");
    assertThat(store.readPending(PATH).orElseThrow().rotation()).isEmpty();
  }

  @Test
  void blankValueIsRefusedAsTheServerDoes() {
    stage(" \n");

    assertThatExceptionOfType(StoreException.Malformed.class)
        .isThrownBy(() -> promote(" \n", "1"))
        .withMessageContaining("no empty or blank value");
  }

  @ParameterizedTest
  @ValueSource(strings = {"100% sure", "a+b=c&d", "%zz", "{\"a\":1", "ünï 🔑\n"})
  void valuesThatAFormWouldSpoilAreKept(String text) {
    stage(text);
    promote(text, "1");

    assertThat(server.value(PATH.value()).orElseThrow()).contains(text.substring(0, 1));
    assertThat(current()).isEqualTo(text);
  }

  @Test
  void flagIsPlainTextThatAPersonCanReadAndWrite() {
    store.flagCompromised(PATH, new CompromiseFlag("incident 4711"));
    assertThat(server.value(FLAG)).contains("incident 4711");

    store.unflagCompromised(PATH);
    assertThat(server.value(FLAG)).contains("not compromised");

    server.write(FLAG, "seen on a paste site\n");
    assertThat(store.head(PATH).flag()).contains(new CompromiseFlag("seen on a paste site"));

    server.writeBytes(FLAG, new byte[] {(byte) 0xff, 'x'});
    assertThat(store.head(PATH).flag()).as("better one too many").isPresent();
  }

  @Test
  void secretWithAFieldOfTheStoresOwnIsRefused() {
    try (SecretFields fields =
        SecretFields.takeOwnershipOf(Map.of(PendingText.ROTATION, SecretBytes.ofUtf8("taken")))) {
      assertThatExceptionOfType(StoreException.Malformed.class)
          .isThrownBy(() -> store.stage(PATH, rotation, fields));
    }
  }

  @Test
  void failureThatLeavesNoTimeEndsInTime() {
    server.fail(Route.WRITE, Fault.STALL, 1);
    try (var hasty = openWithin(Duration.ofMillis(1500));
        SecretFields fields = value(NEW)) {
      assertThatExceptionOfType(StoreException.Unavailable.class)
          .isThrownBy(() -> hasty.stage(PATH, rotation, fields))
          .withMessageContaining("did not answer within 1500 ms");
    }
  }
}
