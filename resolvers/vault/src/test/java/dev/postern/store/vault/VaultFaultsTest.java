package dev.postern.store.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.RotationId;
import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.Look;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreException;
import dev.postern.store.vault.FakeVault.Fault;
import dev.postern.store.vault.FakeVault.State;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server in trouble: every call ends, says what is wrong, and leaves nothing half done. */
@Timeout(60)
final class VaultFaultsTest {
  private static final SecretPath PATH = new SecretPath("mail/sending");
  private static final Duration SHORT = Duration.ofMillis(700);

  private final FakeVault vault = FakeVault.start();
  private final SecretStore store = VaultScene.open(vault, VaultScene.policy("rotator"), SHORT);

  VaultFaultsTest() {
    vault.put(PATH.value(), Map.of("api_key", "the-old-key"));
  }

  @AfterEach
  void close() {
    store.close();
    vault.close();
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        Arguments.of(Fault.STALL, StoreException.Unavailable.class, "no whole answer within 700ms"),
        Arguments.of(Fault.CUT, StoreException.Unavailable.class, "the connection broke off"),
        Arguments.of(Fault.ENDLESS, StoreException.Unavailable.class, "vault cannot be reached"),
        Arguments.of(Fault.GARBAGE, StoreException.Malformed.class, "not one of vault's"),
        Arguments.of(Fault.PAGE_OF_A_PROXY, StoreException.Malformed.class, "not one of vault's"),
        Arguments.of(Fault.RATE_LIMIT, StoreException.Throttled.class, "rate limit"),
        Arguments.of(Fault.INTERNAL_ERROR, StoreException.Unavailable.class, "(status 500)"),
        Arguments.of(Fault.REDIRECT, StoreException.Unavailable.class, "standby"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void everyFaultEndsTheCallWithItsOwnWords(
      Fault fault, Class<? extends StoreException> type, String words) {
    store.check();
    vault.breaks(fault, _ -> true);
    Stream.<Runnable>of(
            () -> store.head(PATH),
            () -> store.readCurrent(PATH),
            () -> store.flagCompromised(PATH, new CompromiseFlag("leaked")))
        .forEach(
            call ->
                assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(call::run)
                    .isExactlyInstanceOf(type)
                    .withMessageContaining(words)
                    .withNoCause());
    vault.heals();
    assertThat(store.head(PATH).flag()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void everyFaultOfTheLoginIsToldAlike(
      Fault fault, Class<? extends StoreException> type, String words) {
    vault.breaks(fault, request -> request.contains("lookup-self"));
    StoreException failure = catchThrowableOfType(StoreException.class, () -> store.head(PATH));
    // A page that says 404 to a login cannot be told from a method that is not mounted.
    assertThat(failure)
        .isInstanceOf(fault == Fault.PAGE_OF_A_PROXY ? StoreException.Denied.class : type)
        .hasNoCause();
    if (fault != Fault.PAGE_OF_A_PROXY) {
      assertThat(failure).hasMessageContaining(words);
    }
    vault.heals();
    assertThat(store.head(PATH).current()).isEqualTo(new Version("1"));
  }

  @Test
  void throttlingSaysForHowLong() {
    store.check();
    vault.breaks(Fault.RATE_LIMIT, _ -> true);
    assertThatExceptionOfType(StoreException.Throttled.class)
        .isThrownBy(() -> store.head(PATH))
        .satisfies(e -> assertThat(e.retryAfter()).contains(Duration.ofSeconds(7)));
  }

  static Stream<Arguments> states() {
    return Stream.of(
        Arguments.of(State.SEALED, "vault is sealed; unseal it"),
        Arguments.of(State.UNINITIALISED, "vault is not initialised; run vault operator init"),
        Arguments.of(
            State.STANDBY_WITHOUT_ACTIVE,
            "the node is a standby and does not reach the active node"));
  }

  @ParameterizedTest
  @MethodSource("states")
  void checkTellsWhatTheNodeSaysOfItself(State state, String words) {
    vault.becomes(state);
    assertThatExceptionOfType(StoreException.Unavailable.class)
        .isThrownBy(store::check)
        .withMessageContaining(words);
    vault.becomes(State.ACTIVE);
    store.check();
  }

  @Test
  void sealedVaultIsNamedByEveryCall() {
    store.check();
    vault.becomes(State.SEALED);
    assertThatExceptionOfType(StoreException.Unavailable.class)
        .isThrownBy(() -> store.readCurrent(PATH))
        .withMessageContaining("sealed");
  }

  @Test
  void looksAtManyEndWhenTheServerIsSeenToBeDown() {
    store.check();
    vault.breaks(Fault.STALL, _ -> true);
    int before = vault.requests().size();
    Set<SecretPath> paths =
        IntStream.range(0, 5)
            .mapToObj(number -> new SecretPath("mail/" + number))
            .collect(Collectors.toSet());
    Map<SecretPath, Look> looks = store.look(paths);
    assertThat(looks)
        .hasSize(5)
        .allSatisfy((_, look) -> assertThat(look).isInstanceOf(Look.Failed.class));
    assertThat(vault.requests()).hasSize(before + Look.ENOUGH);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /v1/secret/data/mail/sending",
        "POST /v1/secret/data/mail/sending/pending",
        "POST /v1/secret/destroy/mail/sending/pending"
      })
  void lostAnswerIsMadeGoodByRepeating(String lost) {
    RotationId rotation = RotationId.random();
    AtomicBoolean once = new AtomicBoolean(true);
    vault.breaks(
        Fault.ANSWER_LOST, request -> request.equals(lost) && once.compareAndSet(true, false));
    try (SecretFields fresh =
        SecretFields.takeOwnershipOf(Map.of("api_key", SecretBytes.ofUtf8("the-new-key")))) {
      Optional<Version> first = rotate(rotation, fresh);
      assertThat(once).as("an answer was lost").isFalse();
      assertThat(first).isEmpty();
      assertThat(rotate(rotation, fresh)).contains(new Version("2"));
    }
    assertThat(vault.value(PATH.value(), "api_key")).contains("the-new-key");
    assertThat(store.readPending(PATH)).isEmpty();
    assertThat(store.head(PATH).current()).isEqualTo(new Version("2"));
  }

  private Optional<Version> rotate(RotationId rotation, SecretFields fresh) {
    try {
      store.stage(PATH, rotation, fresh);
      return Optional.of(store.promote(PATH, rotation, fresh, new Version("1")));
    } catch (StoreException.Unavailable e) {
      return Optional.empty();
    }
  }
}
