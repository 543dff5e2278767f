package dev.postern.store.conjur;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.store.SecretStore;
import dev.postern.store.StoreException;
import dev.postern.store.conjur.ConjurLogin.KeySource;
import dev.postern.store.conjur.fake.Fault;
import dev.postern.store.conjur.fake.Route;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Logging in: when, with what, and how often. */
final class ConjurTokenTest extends ConjurScene {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2001-01-01T00:00:00Z"));

  /** By a clock that is decades behind the server's. */
  private SecretStore openByOurClock(ConjurLogin login) {
    ConjurConfig config = fixture.config();
    return ConjurStoreFactory.open(
        new ConjurConfig(
            config.name(),
            config.url(),
            config.account(),
            login,
            config.ca(),
            config.siblings(),
            config.timeout()),
        now::get,
        name -> name.equals("A_KEY") ? server.keyOf(ConjurFixture.ROTATOR) + "\n" : null);
  }

  private SecretStore openByOurClock() {
    return openByOurClock(fixture.config().login());
  }

  private void pass(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
  }

  private int logins() {
    return server.count(Route.LOGIN);
  }

  @Test
  void tokenIsKeptAndRenewedAheadOfItsOwnEnd() {
    server.letTokensLive(Duration.ofSeconds(400));
    try (SecretStore timed = openByOurClock()) {
      timed.check();
      pass(Duration.ofSeconds(299));
      timed.check();
      assertThat(logins()).isEqualTo(1);
      pass(Duration.ofSeconds(2));
      timed.check();
      timed.check();
      assertThat(logins()).isEqualTo(2);
    }
  }

  @Test
  void failedRenewalHurtsNobodyWhileTheTokenIsGood() {
    server.letTokensLive(Duration.ofSeconds(400));
    try (SecretStore timed = openByOurClock()) {
      timed.check();
      pass(Duration.ofSeconds(301));
      server.fail(Route.LOGIN, Fault.ERROR_500, 1);
      timed.check();
      timed.check();
      assertThat(logins()).as("not tried again at once").isEqualTo(2);
      pass(Duration.ofSeconds(11));
      timed.check();
      assertThat(logins()).isEqualTo(3);
    }
  }

  @Test
  void endedTokenAndNoLoginIsAFailure() {
    server.letTokensLive(Duration.ofSeconds(400));
    try (SecretStore timed = openByOurClock()) {
      timed.check();
      pass(Duration.ofSeconds(401));
      server.fail(Route.LOGIN, Fault.ERROR_500, 1);
      assertThatExceptionOfType(StoreException.Unavailable.class).isThrownBy(timed::check);
      timed.check();
    }
  }

  @Test
  void refusedTokenIsReplacedOnce() {
    store.check();
    server.expireTokens();
    assertThat(current()).isEqualTo(OLD);
    assertThat(logins()).isEqualTo(2);
  }

  @Test
  void tokenThatIsRefusedAgainAndAgainIsDenied() {
    server.beforeNext(Route.WHOAMI, server::expireTokens);
    server.beforeNext(Route.WHOAMI, server::expireTokens);

    assertThatExceptionOfType(StoreException.Denied.class)
        .isThrownBy(store::check)
        .withMessageContaining("refuses the token that it has just issued");

    assertThat(logins()).isEqualTo(2);
  }

  @Test
  void oneLoginIsForAllThatWait() throws Exception {
    List<Future<String>> reads = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 32; i++) {
        reads.add(threads.submit(this::current));
      }
      for (Future<String> each : reads) {
        assertThat(each.get()).isEqualTo(OLD);
      }
    }
    assertThat(logins()).isEqualTo(1);
  }

  @Test
  void failedLoginIsToldToAllThatWait() throws Exception {
    server.fail(Route.LOGIN, Fault.ERROR_500, 32);
    List<Future<String>> reads = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 8; i++) {
        reads.add(
            threads.submit(
                () -> {
                  try {
                    return current();
                  } catch (StoreException.Unavailable e) {
                    return "unavailable";
                  }
                }));
      }
      for (Future<String> each : reads) {
        assertThat(each.get()).isEqualTo("unavailable");
      }
    }
  }

  @Test
  void replacedKeyFileIsReadAtTheNextLogin() {
    store.check();
    server.rotateKey(ConjurFixture.ROTATOR);
    store.check();
    server.expireTokens();
    assertThatExceptionOfType(StoreException.Denied.class)
        .isThrownBy(store::check)
        .withMessageContaining("refuses the api key of host/postern/rotator");

    server.writeKey(directory, ConjurFixture.ROTATOR);

    store.check();
  }

  @Test
  void keyMayComeFromTheEnvironment() {
    try (SecretStore opened =
        openByOurClock(
            new ConjurLogin.ApiKey(ConjurFixture.ROTATOR, new KeySource.Variable("A_KEY")))) {
      opened.check();
    }
    try (SecretStore opened =
        openByOurClock(
            new ConjurLogin.ApiKey(ConjurFixture.ROTATOR, new KeySource.Variable("UNSET")))) {
      assertThatExceptionOfType(StoreException.Denied.class)
          .isThrownBy(opened::check)
          .withMessageContaining("UNSET");
    }
  }

  @Test
  void platformsTokenIsReadAtEachLogin() throws IOException {
    Path file = Files.writeString(directory.resolve("token"), "first+/=&token\n");
    server.acceptPlatformToken("kube/eu", "first+/=&token", ConjurFixture.ROTATOR);
    try (SecretStore opened = openByOurClock(new ConjurLogin.Jwt("kube/eu", file))) {
      opened.check();
      Files.writeString(file, "second-token");
      server.expireTokens();
      assertThatExceptionOfType(StoreException.Denied.class)
          .isThrownBy(opened::check)
          .withMessageContaining("authn-jwt/kube/eu");
      server.acceptPlatformToken("kube/eu", "second-token", ConjurFixture.ROTATOR);
      opened.check();
    }
  }

  @Test
  void credentialFileThatIsNoneIsNamed() throws IOException {
    Path empty = Files.writeString(directory.resolve("empty"), " \n");
    Path missing = directory.resolve("missing");
    for (Path file : List.of(empty, missing)) {
      try (SecretStore opened =
          openByOurClock(new ConjurLogin.ApiKey(ConjurFixture.ROTATOR, new KeySource.File(file)))) {
        assertThatExceptionOfType(StoreException.Denied.class)
            .isThrownBy(opened::check)
            .withMessageContaining(file.toString());
      }
    }
  }

  @Test
  void tokenIsReadInBothOfItsFormsAndShowsNothing() {
    String payload =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(
                "{\"sub\":\"host/x\",\"iat\":100,\"exp\":200}".getBytes(StandardCharsets.UTF_8));
    byte[] plain =
        ("{\"protected\":\"cA==\",\"payload\":\"" + payload + "\",\"signature\":\"canary\"}")
            .getBytes(StandardCharsets.UTF_8);
    byte[] encoded = Base64.getEncoder().encode(plain);
    for (byte[] body : List.of(plain, encoded)) {
      Optional<AccessToken> token = AccessToken.read(body, Instant.EPOCH);
      assertThat(token).hasToString("Optional[AccessToken[until 1970-01-01T00:01:40Z]]");
    }
    for (String bad : List.of("", "{}", "x", "{\"payload\":\"!\",\"signature\":\"\"}")) {
      assertThat(AccessToken.read(bad.getBytes(StandardCharsets.UTF_8), Instant.EPOCH)).isEmpty();
    }
  }
}
