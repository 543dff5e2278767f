package dev.postern.store.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.RotationId;
import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What AWS's staging labels, tags and states mean, and what is left behind. */
final class AwsLabelsTest {
  private static final SecretPath PATH = new SecretPath("mail/sending");
  private static final String THEIRS = "7f1d2c3b-0000-4000-8000-000000000001";

  @TempDir private Path directory;
  private final RotationId rotation = RotationId.random();
  private FakeSecretsManager fake;
  private SecretStore store;

  @BeforeEach
  void open() {
    Surroundings.profiles(directory);
    fake = Surroundings.fake();
    fake.seed(PATH.value(), "old");
    store = AwsStoreFactory.open(Surroundings.config(fake, Surroundings.ROTATOR));
  }

  @AfterEach
  void close() {
    store.close();
    fake.close();
  }

  @Test
  void pendingVersionOfAwssOwnRotationIsNamedAndStays() {
    secret().nativeRotation = true;
    secret().put(THEIRS, "theirs", List.of("AWSPENDING"), 0);
    assertThatExceptionOfType(StoreException.Conflict.class)
        .isThrownBy(() -> stage("new"))
        .withMessageContaining(THEIRS)
        .withMessageContaining("AWS's own rotation");
    assertThat(fake.value(PATH.value(), "AWSPENDING")).contains("theirs");
    try (StoredSecret pending = store.readPending(PATH).orElseThrow()) {
      assertThat(pending.rotation()).as("not Postern's").isEmpty();
    }
    store.dropPending(PATH, rotation);
    assertThat(fake.value(PATH.value(), "AWSPENDING")).contains("theirs");
  }

  @Test
  void pendingLabelLeftOnTheCurrentVersionDoesNotStopARotation() {
    String current = secret().holder("AWSCURRENT").orElseThrow().id;
    secret().move("AWSPENDING", current, null, 0);
    assertThat(store.readPending(PATH)).isEmpty();
    rotate("new");
    assertThat(fake.current(PATH.value())).contains("new");
  }

  @Test
  void afterARotationNoLabelStopsTheNextOne() {
    rotate("first");
    rotate("second");
    rotate("third");
    assertThat(fake.labels(PATH.value()))
        .containsExactlyInAnyOrder(
            "AWSCURRENT", "AWSPREVIOUS", "postern-" + store.head(PATH).current());
  }

  @Test
  void promotionIsDoneWhenItsAnswerWasLost() {
    Version before = store.head(PATH).current();
    stage("new");
    secret().move("AWSCURRENT", rotation.toString(), before.id(), 0);
    promote("new", before);
    assertThat(fake.labels(PATH.value())).doesNotContain("AWSPENDING");
    assertThat(store.head(PATH).current()).isEqualTo(new Version(rotation.toString()));
  }

  @Test
  void valueOfARotationThatWasCutOffBeforeItTookThePendingLabelIsFoundAndPromoted() {
    Version before = store.head(PATH).current();
    cutOffAfterPut("new");
    assertThat(fake.labels(PATH.value())).doesNotContain("AWSPENDING");

    try (StoredSecret pending = store.readPending(PATH).orElseThrow()) {
      assertThat(pending.rotation()).contains(rotation);
      assertThat(pending.fields().field("value").orElseThrow().exposeUtf8()).isEqualTo("new");
    }
    promote("new", before);
    assertThat(fake.current(PATH.value())).contains("new");
    assertThat(store.readPending(PATH)).isEmpty();
  }

  @Test
  void valueOfARotationThatWasCutOffCanBeDropped() {
    cutOffAfterPut("new");
    store.dropPending(PATH, rotation);
    assertThat(store.readPending(PATH)).isEmpty();
    assertThat(fake.current(PATH.value())).contains("old");
  }

  @Test
  void valueThatWasCutOffIsNotPromotedOverWhatSomebodyElseHasPending() {
    Version before = store.head(PATH).current();
    cutOffAfterPut("new");
    secret().put(THEIRS, "theirs", List.of("AWSPENDING"), 0);
    assertThatExceptionOfType(StoreException.Conflict.class)
        .isThrownBy(() -> promote("new", before));
    assertThat(fake.value(PATH.value(), "AWSPENDING")).contains("theirs");
    assertThat(fake.current(PATH.value())).contains("old");
  }

  /** Their labels would pass them off as cut off. */
  @Test
  void promotionClearsUpAfterEarlierOnesThatWereCutOffBeforeTheyDid() {
    secret().put(THEIRS, "older", List.of("postern-" + THEIRS), 0);
    rotate("new");
    assertThat(fake.labels(PATH.value())).doesNotContain("postern-" + THEIRS);
    assertThat(store.readPending(PATH)).isEmpty();
  }

  private void cutOffAfterPut(String value) {
    fake.failAfter("PutSecretValue", FakeFault.FAILED);
    assertThatExceptionOfType(StoreException.Unavailable.class).isThrownBy(() -> stage(value));
    fake.fail(FakeFault.NONE);
  }

  @Test
  void moveThatShowsLateIsWaitedFor() {
    fake.secrets().lag = 2;
    Version before = store.head(PATH).current();
    stage("new");
    Version promoted = promote("new", before);
    assertThat(store.head(PATH).current()).isEqualTo(promoted);
    assertThat(store.readPending(PATH)).isEmpty();
  }

  @Test
  void binaryValueIsRefusedWithAWord() {
    fake.secrets().seed("mail/binary", null);
    assertThatExceptionOfType(StoreException.Malformed.class)
        .isThrownBy(() -> store.readCurrent(new SecretPath("mail/binary")))
        .withMessageContaining("holds a binary value");
  }

  @Test
  void secretOnItsWayToDeletionIsNotFound() {
    secret().deleted = true;
    assertThatExceptionOfType(StoreException.NotFound.class)
        .isThrownBy(() -> store.head(PATH))
        .withMessageContaining("scheduled for deletion");
    assertThatExceptionOfType(StoreException.NotFound.class)
        .isThrownBy(() -> store.readCurrent(PATH));
    assertThatExceptionOfType(StoreException.NotFound.class)
        .isThrownBy(() -> store.flagCompromised(PATH, new CompromiseFlag("x")));
  }

  @Test
  void tagSetByHandIsAFlag() {
    fake.tag(PATH.value(), "postern:compromised", "");
    assertThat(store.head(PATH).flag()).isPresent();
  }

  @Test
  void readerOfTheReadersPolicyReadsAndIsRefusedEveryWrite() {
    fake.seed("other/secret", "not for us");
    Version before = store.head(PATH).current();
    try (SecretStore reader =
        AwsStoreFactory.open(Surroundings.config(fake, Surroundings.READER))) {
      reader.check();
      reader.readCurrent(PATH).close();
      assertThat(reader.readPending(PATH)).isEmpty();
      reader.readVersion(PATH, before).close();
      try (SecretFields fields = fields("new")) {
        assertDenied(() -> reader.stage(PATH, rotation, fields));
        stage("new");
        assertDenied(() -> reader.promote(PATH, rotation, fields, before));
        assertDenied(() -> reader.dropPending(PATH, rotation));
      }
      assertDenied(() -> reader.flagCompromised(PATH, new CompromiseFlag("x")));
      assertDenied(() -> reader.unflagCompromised(PATH));
      assertDenied(() -> reader.head(new SecretPath("other/secret")));
    }
    assertThat(fake.current(PATH.value())).contains("old");
  }

  private static void assertDenied(Runnable call) {
    assertThatExceptionOfType(StoreException.Denied.class).isThrownBy(call::run);
  }

  private void rotate(String value) {
    RotationId next = RotationId.random();
    Version before = store.head(PATH).current();
    try (SecretFields fields = fields(value)) {
      store.stage(PATH, next, fields);
      store.promote(PATH, next, fields, before);
    }
  }

  private void stage(String value) {
    try (SecretFields fields = fields(value)) {
      store.stage(PATH, rotation, fields);
    }
  }

  private Version promote(String value, Version expected) {
    try (SecretFields fields = fields(value)) {
      return store.promote(PATH, rotation, fields, expected);
    }
  }

  private FakeSecret secret() {
    return fake.secrets().secret(PATH.value());
  }

  private static SecretFields fields(String value) {
    return SecretFields.takeOwnershipOf(Map.of("value", SecretBytes.ofUtf8(value)));
  }

  @Test
  void storeWithoutARegionSaysWhereToPutOne() {
    AwsConfig config =
        new AwsConfig(
            "aws",
            Optional.empty(),
            Optional.of(Surroundings.ROTATOR),
            Optional.of(fake.endpoint()),
            Optional.empty(),
            false,
            false,
            AwsConfig.TIMEOUT);
    if (System.getenv("AWS_REGION") == null) {
      assertThatExceptionOfType(StoreException.Denied.class)
          .isThrownBy(() -> AwsStoreFactory.open(config))
          .withMessageContaining("AWS_REGION");
    }
  }
}
