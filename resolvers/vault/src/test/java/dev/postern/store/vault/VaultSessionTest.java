package dev.postern.store.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreException;
import dev.postern.store.vault.FakeVault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the agent gets its token, keeps it, and gets another one. */
@Timeout(60)
final class VaultSessionTest {
  private static final SecretPath PATH = new SecretPath("mail/sending");
  private static final Duration LEASE = Duration.ofMinutes(10);

  @TempDir private Path directory;
  private final TestClock clock = new TestClock();
  private final FakeVault vault = FakeVault.start(clock);
  private final FakeTokens.Role role =
      new FakeTokens.Role(VaultScene.policy("rotator"), LEASE, Duration.ofHours(1), true);
  private SecretStore store;

  @BeforeEach
  void open() throws IOException {
    vault.put(PATH.value(), Map.of("api_key", "one"));
    vault.tokens().appRole("postern", "the-secret-id", role);
    write("secret-id", "the-secret-id\r\n");
    store = open(appRole(false), Optional.empty());
  }

  @AfterEach
  void close() {
    store.close();
    vault.close();
  }

  @Test
  void openingCallsNobodyAndTheFirstCallLogsInOnce() {
    assertThat(vault.requests()).isEmpty();
    store.head(PATH);
    store.head(PATH);
    store.readCurrent(PATH).close();
    assertThat(vault.tokens().logins()).isEqualTo(1);
    assertThat(vault.tokens().renewals()).isZero();
  }

  @Test
  void tokenIsRenewedInTheLastThirdOfItsLeaseAndNotBefore() {
    store.head(PATH);
    clock.forward(LEASE.multipliedBy(59).dividedBy(100));
    store.head(PATH);
    assertThat(vault.tokens().renewals()).isZero();
    clock.forward(LEASE.multipliedBy(17).dividedBy(100));
    store.head(PATH);
    store.head(PATH);
    assertThat(vault.tokens().renewals()).isEqualTo(1);
    assertThat(vault.tokens().logins()).isEqualTo(1);
  }

  @Test
  void tokenAtTheEndOfItsLongestLifeIsReplacedBeforeItDies() {
    store.head(PATH);
    for (int i = 0; i < 100; i++) {
      clock.forward(Duration.ofMinutes(1));
      store.head(PATH);
      assertThat(vault.tokens().denials()).as("after minute " + i).isZero();
    }
    // 100 minutes, with tokens of an hour at most.
    assertThat(vault.tokens().logins()).isEqualTo(2);
  }

  @Test
  void idleAgentLogsInAnew() {
    store.head(PATH);
    clock.forward(LEASE.multipliedBy(2));
    store.head(PATH);
    assertThat(vault.tokens().logins()).isEqualTo(2);
    assertThat(vault.tokens().renewals()).isZero();
  }

  @Test
  void failedRenewalIsBorneWhileTheTokenLives() {
    store.head(PATH);
    clock.forward(LEASE.multipliedBy(4).dividedBy(5));
    vault.breaks(Fault.INTERNAL_ERROR, request -> request.contains("/auth/"));
    store.head(PATH);
    store.head(PATH);
    assertThat(vault.requests().stream().filter(r -> r.contains("renew-self")))
        .as("not tried again at each call")
        .hasSize(1);
    vault.heals();
    clock.forward(Duration.ofSeconds(31));
    store.head(PATH);
    assertThat(vault.tokens().renewals()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void revokedTokenIsReplacedOnceWithoutTheCallerNoticing(boolean told) {
    if (told) {
      vault.tellsInvalidTokens();
    }
    store.head(PATH);
    vault.tokens().revokeAll();
    store.head(PATH);
    assertThat(vault.tokens().logins()).isEqualTo(2);
  }

  @Test
  void deniedPathDoesNotMakeTheAgentLogInAgainAndAgain() {
    SecretPath foreign = new SecretPath("billing/card");
    store.head(PATH);
    for (int i = 0; i < 5; i++) {
      assertThatExceptionOfType(StoreException.Denied.class).isThrownBy(() -> store.head(foreign));
    }
    assertThat(vault.tokens().logins()).isEqualTo(2);
    clock.forward(Duration.ofMinutes(1));
    assertThatExceptionOfType(StoreException.Denied.class).isThrownBy(() -> store.head(foreign));
    assertThat(vault.tokens().logins()).as("the role may have got a new policy").isEqualTo(3);
  }

  @Test
  void eightThreadsShareOneLogin() throws Exception {
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      calls.add(() -> store.head(PATH).flag().isEmpty());
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<Boolean> call : threads.invokeAll(calls)) {
        assertThat(call.get()).isTrue();
      }
      vault.tokens().revokeAll();
      vault.tellsInvalidTokens();
      for (Future<Boolean> call : threads.invokeAll(calls)) {
        assertThat(call.get()).isTrue();
      }
    }
    assertThat(vault.tokens().logins()).isEqualTo(2);
  }

  @Test
  void secretIdIsReadAgainAtEachLogin() throws IOException {
    store.head(PATH);
    write("secret-id", "the-next-secret-id");
    vault.tokens().appRole("postern", "the-next-secret-id", role);
    clock.forward(LEASE.multipliedBy(2));
    store.head(PATH);
    assertThat(vault.tokens().logins()).isEqualTo(2);
  }

  @Test
  void wrongSecretIdIsDeniedAndNotShown() throws IOException {
    write("secret-id", "canary-5512");
    assertThatExceptionOfType(StoreException.Denied.class)
        .isThrownBy(() -> store.head(PATH))
        .withMessageContaining("logging in at auth/approle for store vault: vault refuses")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("canary"));
  }

  @Test
  void wrappedSecretIdIsOpenedOnceAndKept() throws IOException {
    write("secret-id", vault.tokens().wrap("the-secret-id"));
    store.close();
    store = open(appRole(true), Optional.empty());
    store.head(PATH);
    clock.forward(LEASE.multipliedBy(2));
    store.head(PATH);
    assertThat(vault.tokens().logins()).isEqualTo(2);
    assertThat(unwraps()).isEqualTo(1);
  }

  @Test
  void wrappingTokenThatSomebodyElseUsedIsToldAsTampering() throws IOException {
    write("secret-id", vault.tokens().wrap("the-secret-id"));
    try (SecretStore thief = open(appRole(true), Optional.empty())) {
      thief.head(PATH);
    }
    store.close();
    store = open(appRole(true), Optional.empty());
    for (int i = 0; i < 3; i++) {
      assertThatExceptionOfType(StoreException.Denied.class)
          .isThrownBy(() -> store.head(PATH))
          .withMessageContaining("possible tampering");
    }
    assertThat(unwraps()).as("asked once more, and not again").isEqualTo(2);
    write("secret-id", vault.tokens().wrap("the-secret-id"));
    store.head(PATH);
  }

  @Test
  void lostAnswerToAnUnwrappingIsNotCalledTampering() throws IOException {
    write("secret-id", vault.tokens().wrap("the-secret-id"));
    store.close();
    store = open(appRole(true), Optional.empty(), Duration.ofMillis(500));
    vault.breaks(Fault.ANSWER_LOST, request -> request.contains("unwrap"));
    assertThatExceptionOfType(StoreException.Unavailable.class).isThrownBy(() -> store.head(PATH));
    vault.heals();
    assertThatExceptionOfType(StoreException.Denied.class)
        .isThrownBy(() -> store.head(PATH))
        .withMessageContaining("an earlier try of this agent had no answer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"kubernetes", "jwt"})
  void signedTokenIsReadAgainAtEachLogin(String mount) throws IOException {
    vault.tokens().signed(mount, "mailer", "first.jwt.x", role);
    vault.tokens().signed(mount, "mailer", "second.jwt.x", role);
    write("jwt", "first.jwt.x");
    store.close();
    store =
        open(
            new VaultAuth.SignedToken(mount, Optional.of("mailer"), directory.resolve("jwt")),
            Optional.empty());
    store.head(PATH);
    write("jwt", "expired.jwt.x");
    clock.forward(LEASE.multipliedBy(2));
    assertThatExceptionOfType(StoreException.Denied.class)
        .isThrownBy(() -> store.head(PATH))
        .withMessageContaining("role 'mailer'");
    write("jwt", "second.jwt.x");
    store.head(PATH);
  }

  @Test
  void tokenInAFileIsReadAgainWhenTheFileChanges() throws IOException {
    String first = vault.tokens().issue(role);
    write("token", first + "\n");
    store.close();
    store = open(new VaultAuth.Token.InFile(directory.resolve("token")), Optional.empty());
    store.head(PATH);
    vault.tokens().revokeAll();
    assertThatExceptionOfType(StoreException.Denied.class).isThrownBy(() -> store.head(PATH));
    write("token", vault.tokens().issue(role) + "  \n");
    store.head(PATH);
  }

  @Test
  void credentialFileThatIsNotThereYetIsWaitedFor() throws IOException {
    store.close();
    store = open(new VaultAuth.Token.InFile(directory.resolve("token")), Optional.empty());
    assertThatExceptionOfType(StoreException.Unavailable.class)
        .isThrownBy(() -> store.head(PATH))
        .withMessageContaining("does not exist");
    write("token", "");
    assertThatExceptionOfType(StoreException.Unavailable.class)
        .isThrownBy(() -> store.head(PATH))
        .withMessageContaining("is empty");
    write("token", "two words");
    assertThatExceptionOfType(StoreException.Malformed.class).isThrownBy(() -> store.head(PATH));
    write("token", vault.tokens().issue(role));
    store.head(PATH);
  }

  @Test
  void unsetVariableIsNamed() {
    store.close();
    store = open(new VaultAuth.Token.InVariable("NO_SUCH_VARIABLE"), Optional.empty());
    assertThatExceptionOfType(StoreException.Denied.class)
        .isThrownBy(() -> store.head(PATH))
        .withMessageContaining("the environment variable NO_SUCH_VARIABLE is not set");
  }

  @Test
  void namespaceIsInTheLoginAndInEachCall() {
    vault.demandsNamespace("team/mail");
    assertThatExceptionOfType(StoreException.Denied.class).isThrownBy(() -> store.head(PATH));
    store.close();
    store = open(appRole(false), Optional.of("team/mail"));
    store.check();
    store.readCurrent(PATH).close();
  }

  @Test
  void closedStoreAsksForNoToken() {
    store.close();
    assertThatIllegalStateException().isThrownBy(() -> store.head(PATH));
    assertThat(vault.requests()).isEmpty();
  }

  private long unwraps() {
    return vault.requests().stream().filter(request -> request.contains("unwrap")).count();
  }

  private VaultAuth appRole(boolean wrapped) {
    return new VaultAuth.AppRole(
        "approle", new VaultAuth.RoleId.Named("postern"), directory.resolve("secret-id"), wrapped);
  }

  private SecretStore open(VaultAuth auth, Optional<String> namespace) {
    return open(auth, namespace, VaultScene.TIMEOUT);
  }

  private SecretStore open(VaultAuth auth, Optional<String> namespace, Duration timeout) {
    VaultConfig config =
        new VaultConfig(
            "vault",
            vault.uri(),
            namespace,
            new VaultConfig.Engine("secret", 2, "pending"),
            auth,
            VaultConfig.Tls.DEFAULT,
            timeout);
    return VaultStoreFactory.open(config, clock, RandomGenerator.getDefault(), Map.of());
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(directory.resolve(file), text);
  }
}
