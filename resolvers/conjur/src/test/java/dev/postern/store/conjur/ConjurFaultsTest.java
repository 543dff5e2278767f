package dev.postern.store.conjur;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.store.SecretStore;
import dev.postern.store.StoreException;
import dev.postern.store.conjur.fake.FakeConjur;
import dev.postern.store.conjur.fake.Fault;
import dev.postern.store.conjur.fake.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server, or something before it, that does wrong. No message repeats a body. */
@Timeout(120)
final class ConjurFaultsTest extends ConjurScene {
  private static final String CANARY = "canary-of-a-body";

  @ParameterizedTest
  @CsvSource({
    "LOGIN, STALL, Unavailable",
    "LOGIN, CUT, Unavailable",
    "LOGIN, GARBAGE, Malformed",
    "LOGIN, THROTTLE, Throttled",
    "LOGIN, ERROR_500, Unavailable",
    "LOGIN, NOT_HERE_404, Unavailable",
    "LOGIN, REDIRECT_302, Malformed",
    "DESCRIBE, STALL, Unavailable",
    "DESCRIBE, CUT, Unavailable",
    "DESCRIBE, GARBAGE, Malformed",
    "DESCRIBE, THROTTLE, Throttled",
    "DESCRIBE, ERROR_500, Unavailable",
    "DESCRIBE, NOT_HERE_404, NotFound",
    "READ, STALL, Unavailable",
    "READ, CUT, Unavailable",
    "READ, THROTTLE, Throttled",
    "READ, ERROR_500, Unavailable",
    "READ, REDIRECT_302, Malformed"
  })
  void whatGoesWrongIsToldInThePortsWords(Route route, Fault fault, String expected) {
    server.fail(route, fault, 2);
    try (SecretStore hasty = openWithin(Duration.ofSeconds(3))) {
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> hasty.readCurrent(PATH))
          .satisfies(failure -> assertThat(failure.getClass().getSimpleName()).isEqualTo(expected))
          .satisfies(failure -> assertThat(failure).hasNoCause())
          .satisfies(
              failure ->
                  assertThat(failure.getMessage())
                      .startsWith("store conjur")
                      .doesNotContain(
                          CANARY, OLD, "Token token", server.keyOf(ConjurFixture.ROTATOR)));
    }
  }

  @Test
  void longAnswerIsNotTakenIn() {
    server.fail(Route.READ, Fault.ENDLESS, 1);

    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> store.readCurrent(PATH))
        .withMessageContaining("longer than 16 MiB");
  }

  @Test
  void storeRecoversWhenTheServerIsBack() {
    store.check();
    server.stop();
    assertThatExceptionOfType(StoreException.Unavailable.class)
        .isThrownBy(() -> store.readCurrent(PATH))
        .withMessageContaining("accepts no connection");

    server.start();

    assertThat(current()).isEqualTo(OLD);
    assertThat(server.count(Route.LOGIN)).as("the token is still good").isEqualTo(1);
  }

  @Test
  void storeOpensWhileTheServerIsDown() {
    server.stop();
    try (SecretStore early = fixture.open()) {
      assertThatExceptionOfType(StoreException.Unavailable.class).isThrownBy(early::check);
      server.start();
      early.check();
    }
  }

  @Test
  void serverWithACertificateForAnotherNameIsNotTalkedTo() {
    try (FakeConjur other = FakeConjur.ofAnotherName()) {
      assertThatExceptionOfType(StoreException.Unavailable.class)
          .isThrownBy(() -> checkOf(other))
          .withMessageContaining("is for another name");
      assertThat(other.countAll()).isZero();
    }
  }

  @Test
  void serverOfAnotherAuthorityIsNotTalkedTo() {
    try (FakeConjur other = FakeConjur.ofStranger()) {
      assertThatExceptionOfType(StoreException.Unavailable.class)
          .isThrownBy(() -> checkOf(other))
          .withMessageContaining("check ca");
      assertThat(other.countAll()).isZero();
    }
  }

  @Test
  void withoutACaTheJdksAuthoritiesDecide() {
    ConjurConfig config = fixture.config();
    ConjurConfig publicly =
        new ConjurConfig(
            config.name(),
            config.url(),
            config.account(),
            config.login(),
            Optional.empty(),
            config.siblings(),
            config.timeout());
    try (SecretStore strict = ConjurStoreFactory.open(publicly)) {
      assertThatExceptionOfType(StoreException.Unavailable.class)
          .isThrownBy(strict::check)
          .withMessageContaining("check ca");
    }
  }

  @Test
  void caThatIsNoneIsNamed() throws IOException {
    Path none = Files.writeString(directory.resolve("none.pem"), "no certificate");
    for (Path ca : new Path[] {none, directory.resolve("missing.pem")}) {
      assertThatExceptionOfType(StoreException.Malformed.class)
          .isThrownBy(() -> Trust.of("conjur", Optional.of(ca)))
          .withMessageContaining(ca.toString());
    }
  }

  private void checkOf(FakeConjur other) {
    try (SecretStore opened = new ConjurFixture(directory, ConjurFixture.SIBLINGS, other).open()) {
      opened.check();
    }
  }
}
