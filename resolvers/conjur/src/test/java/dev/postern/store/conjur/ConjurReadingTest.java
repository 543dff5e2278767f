package dev.postern.store.conjur;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.RotationId;
import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreException;
import dev.postern.store.conjur.fake.Route;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Conjur shows, hides and keeps. */
final class ConjurReadingTest extends ConjurScene {

  @Test
  void versionIsTheServersOwnNumber() {
    for (int i = 0; i < 25; i++) {
      server.write(PATH.value(), "value " + i);
    }

    assertThat(store.head(PATH).current()).isEqualTo(new Version("26"));
    assertThat(store.readCurrent(PATH).version()).isEqualTo(new Version("26"));
    assertThat(store.readVersion(PATH, new Version("7")).version()).isEqualTo(new Version("7"));
    assertThatExceptionOfType(StoreException.NotFound.class)
        .isThrownBy(() -> store.readVersion(PATH, new Version("6")))
        .withMessageContaining("keeps the last 20");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "007", "99999999999", "pending-1", "x"})
  void whatIsNoVersionIsNotFound(String version) {
    assertThatExceptionOfType(StoreException.NotFound.class)
        .isThrownBy(() -> store.readVersion(PATH, new Version(version)));
  }

  @Test
  void missingEmptyAndHiddenAreOneToConjurAndSaidToBe() {
    server.load("- !variable empty\n- !variable hidden");
    server.write("hidden", "of somebody else");
    server.load(
        """
        - !permit
          role: !host postern/rotator
          privileges: read
          resources: !variable empty
        """);
    for (String id : new String[] {"missing", "empty", "hidden"}) {
      assertThatExceptionOfType(StoreException.NotFound.class)
          .as(id)
          .isThrownBy(() -> store.readCurrent(new SecretPath(id)))
          .withMessageContaining("missing, empty or not visible to this host");
      assertThatExceptionOfType(StoreException.NotFound.class)
          .as(id)
          .isThrownBy(() -> store.head(new SecretPath(id)));
    }
  }

  @Test
  void valueThatMayNotBeReadIsDenied() {
    server.revoke(ConjurFixture.ROTATOR, "execute", PATH.value());

    assertThat(store.head(PATH).current()).isEqualTo(new Version("1"));
    assertThatExceptionOfType(StoreException.Denied.class)
        .isThrownBy(() -> store.readCurrent(PATH))
        .withMessageContaining("permit it execute");
  }

  @Test
  void deletedHostIsDenied() {
    store.check();
    server.deleteHost(ConjurFixture.ROTATOR);

    assertThatExceptionOfType(StoreException.Denied.class).isThrownBy(() -> store.check());
    assertThatExceptionOfType(StoreException.Denied.class)
        .isThrownBy(() -> store.readCurrent(PATH));
  }

  @Test
  void bytesThatAreNoTextAreRefusedAndTheReplacementCharacterIsNot() {
    server.writeBytes(PATH.value(), new byte[] {'k', (byte) 0xff});
    assertThatExceptionOfType(StoreException.Malformed.class)
        .isThrownBy(() -> store.readCurrent(PATH))
        .withMessageContaining("not UTF-8 text");

    server.write(PATH.value(), "a \uFFFD that somebody wrote");
    assertThat(current()).isEqualTo("a \uFFFD that somebody wrote");
  }

  @Test
  void secretWithoutAFlagVariableHasNoFlagAndCannotGetOne() {
    server.load("- !variable lonely");
    server.load(
        """
        - !permit
          role: !host postern/rotator
          privileges: [read, execute, update]
          resources: !variable lonely
        """);
    server.write("lonely", "value");
    SecretPath lonely = new SecretPath("lonely");

    assertThat(store.head(lonely).flag()).isEmpty();
    assertThat(store.readPending(lonely)).isEmpty();
    assertThatExceptionOfType(StoreException.NotFound.class)
        .isThrownBy(() -> store.flagCompromised(lonely, new CompromiseFlag("leaked")))
        .withMessageContaining("lonely/compromised is missing or not visible")
        .withMessageContaining("permit this host update");
  }

  @Test
  void readingTakesTwoRequestsAndLookingOneForEachVariable() {
    store.check();
    int before = server.countAll();
    store.readCurrent(PATH).close();
    assertThat(server.countAll() - before).isEqualTo(2);
    store.head(PATH);
    assertThat(server.countAll() - before).isEqualTo(4);
    assertThat(server.count(Route.LOGIN)).isEqualTo(1);
  }

  @Test
  void readerOfTheDeliveredPolicyReadsAndWritesNothing() {
    try (SecretStore reader = openAs(ConjurFixture.READER)) {
      reader.check();
      assertThat(reader.head(PATH).current()).isEqualTo(new Version("1"));
      reader.readCurrent(PATH).close();
      assertThat(reader.readPending(PATH)).isEmpty();
      assertThatExceptionOfType(StoreException.Denied.class)
          .isThrownBy(() -> reader.flagCompromised(PATH, new CompromiseFlag("not by me")))
          .withMessageContaining("permit it update");
      assertThatExceptionOfType(StoreException.NotFound.class)
          .isThrownBy(() -> reader.stage(PATH, RotationId.random(), value(NEW)));
      assertThatExceptionOfType(StoreException.NotFound.class)
          .isThrownBy(() -> reader.readCurrent(new SecretPath("mail/mailgun-admin")));
    }
  }
}
