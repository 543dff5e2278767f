package dev.postern.store.vault;

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
import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonArray;
import io.github.jopenlibs.vault.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is particular to Vault's key-value engine. */
final class KvV2StoreTest {
  private static final SecretPath PATH = new SecretPath("mail/sending");
  private static final String PENDING = "mail/sending/pending";

  private final FakeVault vault = FakeVault.start();
  private final SecretStore store = VaultScene.open(vault, VaultScene.policy("rotator"));

  @AfterEach
  void close() {
    store.close();
    vault.close();
  }

  @Test
  void deletedVersionIsNamedAndIsNotFound() {
    put("one");
    vault.kv().delete(PATH.value());
    for (Runnable call : new Runnable[] {() -> store.head(PATH), () -> store.readCurrent(PATH)}) {
      assertThatExceptionOfType(StoreException.NotFound.class)
          .isThrownBy(call::run)
          .withMessageContaining("current version 1 was deleted in vault; undelete it");
    }
  }

  @Test
  void deletionInTheFutureIsNoDeletion() {
    vault.kv().deleteVersionsAt(InstantSource.system().instant().plus(Duration.ofDays(1)));
    put("alive");
    assertThat(store.head(PATH).current()).isEqualTo(new Version("1"));
    assertThat(value(store.readCurrent(PATH))).isEqualTo("alive");
  }

  @Test
  void numbersAndBooleansAreReadAsTheirText() {
    vault.kv().put(PATH.value(), new JsonObject().add("port", 587).add("tls", true));
    try (StoredSecret read = store.readCurrent(PATH)) {
      assertThat(read.fields().field("port").orElseThrow().exposeUtf8()).isEqualTo("587");
      assertThat(read.fields().field("tls").orElseThrow().exposeUtf8()).isEqualTo("true");
    }
  }

  @Test
  void nestedValuesAreRefusedByName() {
    vault
        .kv()
        .put(PATH.value(), new JsonObject().add("api_key", new JsonArray().add("hidden-value")));
    assertThatExceptionOfType(StoreException.Malformed.class)
        .isThrownBy(() -> store.readCurrent(PATH))
        .withMessageContaining("member api_key is a list")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hidden-value"));
    vault.kv().put(PATH.value(), new JsonObject().add("api_key", Json.NULL));
    assertThatExceptionOfType(StoreException.Malformed.class)
        .isThrownBy(() -> store.readCurrent(PATH))
        .withMessageContaining("member api_key is null");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void otherCustomMetadataOutliveTheFlag(boolean patch) {
    if (!patch) {
      vault.knowsNoPatch();
    }
    try (SecretStore updating = VaultScene.open(vault, policyWithUpdateOfMetadata())) {
      put("one");
      vault.kv().annotate(PATH.value(), "owner", "mail team");
      updating.flagCompromised(PATH, new CompromiseFlag("leaked\u00a0on\u0007GitHub"));
      assertThat(updating.head(PATH).flag()).contains(new CompromiseFlag("leaked on GitHub"));
      assertThat(vault.annotation(PATH.value(), "owner")).contains("mail team");
      updating.unflagCompromised(PATH);
      assertThat(updating.head(PATH).flag()).isEmpty();
      assertThat(vault.annotation(PATH.value(), "owner")).contains("mail team");
    }
  }

  @Test
  void markThatAPersonMadeTooLongIsCutAndStillAFlag() {
    put("one");
    vault.kv().annotate(PATH.value(), KvHeads.FLAG, "x".repeat(500));
    assertThat(store.head(PATH).flag()).contains(new CompromiseFlag("x".repeat(256)));
  }

  @Test
  void rotationIsRememberedForItsOwnVersionOnly() {
    put("one");
    RotationId rotation = RotationId.random();
    rotate(rotation, "two");
    try (StoredSecret current = store.readCurrent(PATH)) {
      assertThat(current.rotation()).contains(rotation);
      assertThat(current.fields().names()).containsExactly("api_key");
    }
    // As "vault kv patch" and "vault kv rollback" do: the member goes along.
    JsonObject carried = new JsonObject(vault.kv().value(PATH.value()));
    vault.kv().put(PATH.value(), carried.set("api_key", "three, by a person"));
    try (StoredSecret current = store.readCurrent(PATH)) {
      assertThat(current.version()).isEqualTo(new Version("3"));
      assertThat(current.rotation()).isEmpty();
    }
    try (SecretFields two = fields("two")) {
      assertThatExceptionOfType(StoreException.Conflict.class)
          .isThrownBy(() -> store.promote(PATH, rotation, two, new Version("1")));
    }
  }

  @Test
  void pendingVersionIsDestroyedAndItsNumberNeverComesBack() {
    put("one");
    RotationId first = RotationId.random();
    Version staged = stage(first, "two");
    store.dropPending(PATH, first);
    assertThat(vault.kv().value(PENDING)).isNull();
    assertThat(stage(RotationId.random(), "three")).isNotEqualTo(staged);
  }

  @Test
  void whatAPersonPutAtThePendingPathIsNeitherPromotedNorRemoved() {
    put("one");
    vault.put(PENDING, Map.of("api_key", "somebody's notes"));
    RotationId rotation = RotationId.random();
    assertThatExceptionOfType(StoreException.Conflict.class)
        .isThrownBy(() -> stage(rotation, "two"))
        .withMessageContaining("something put by hand is pending");
    store.dropPending(PATH, rotation);
    assertThat(vault.value(PENDING, "api_key")).contains("somebody's notes");
  }

  @Test
  void pendingVersionDeletedByTheServerMakesRoom() {
    put("one");
    stage(RotationId.random(), "two");
    vault.kv().delete(PENDING);
    assertThat(store.readPending(PATH)).isEmpty();
    rotate(RotationId.random(), "three");
    assertThat(vault.value(PATH.value(), "api_key")).contains("three");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "01", "-1", "+1", "99999999999", "pending:77", "next"})
  void versionsThatVaultWouldTakeForOthersAreNotFound(String id) {
    put("one");
    assertThatExceptionOfType(StoreException.NotFound.class)
        .isThrownBy(() -> store.readVersion(PATH, new Version(id)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/mail", "mail/", "mail//x", "mail/../x", "./x", "mail/a\u0308"})
  void pathsThatVaultWouldReadAsOthersAreRefused(String path) {
    int before = vault.requests().size();
    assertThatExceptionOfType(StoreException.Malformed.class)
        .isThrownBy(() -> store.readCurrent(new SecretPath(path)));
    assertThat(vault.requests()).hasSize(before);
  }

  @Test
  void wrongMountAndWrongVersionAreToldApart() {
    FakePolicy everything = FakePolicy.of("path \"*\" { capabilities = [\"read\"] }");
    assertThatExceptionOfType(StoreException.NotFound.class)
        .isThrownBy(() -> openAt("secrt", 2, everything).readCurrent(PATH))
        .withMessageContaining("nothing is mounted at 'secrt'");
    assertThatExceptionOfType(StoreException.NotFound.class)
        .isThrownBy(() -> openAt("secret", 1, everything).readCurrent(PATH))
        .withMessageContaining("set 'kv-version: 2'");
  }

  @Test
  void headAsksForNoValue() {
    put("one");
    store.head(PATH);
    assertThat(vault.requests())
        .contains("GET /v1/secret/metadata/mail/sending")
        .doesNotContain("GET /v1/secret/data/mail/sending");
  }

  private SecretStore openAt(String mount, int version, FakePolicy policy) {
    return VaultScene.open(
        VaultScene.config(vault.uri(), new VaultConfig.Engine(mount, version, "pending")),
        vault.tokens().issue(FakeTokens.Role.of(policy)));
  }

  private static FakePolicy policyWithUpdateOfMetadata() {
    return FakePolicy.of(
        """
        path "auth/token/lookup-self" { capabilities = ["read"] }
        path "secret/metadata/*" { capabilities = ["read", "update", "patch"] }
        """);
  }

  private void put(String key) {
    vault.put(PATH.value(), Map.of("api_key", key));
  }

  private Version stage(RotationId rotation, String key) {
    try (SecretFields fields = fields(key)) {
      return store.stage(PATH, rotation, fields);
    }
  }

  private void rotate(RotationId rotation, String key) {
    stage(rotation, key);
    try (SecretFields fields = fields(key)) {
      store.promote(PATH, rotation, fields, store.head(PATH).current());
    }
  }

  private static SecretFields fields(String key) {
    return SecretFields.takeOwnershipOf(Map.of("api_key", SecretBytes.ofUtf8(key)));
  }

  private static String value(StoredSecret read) {
    try (read) {
      return read.fields().field("api_key").orElseThrow().exposeUtf8();
    }
  }
}
