package dev.postern.sidecar.socketmap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.Version;
import dev.postern.consumer.Holding;
import dev.postern.sidecar.http.Limits;
import dev.postern.sidecar.server.FakeCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketmapServerTest {
  private static final String EU = "sasl_passwd smtp.eu.mailgun.org";
  private static final String ANSWER =
      "OK " + SocketmapFixture.LOGIN + ":" + SocketmapFixture.PASSWORD;

  private final SocketmapFixture fixture = new SocketmapFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "smtp.eu.mailgun.org",
        "SMTP.EU.Mailgun.org",
        "[smtp.eu.mailgun.org]",
        "smtp.eu.mailgun.org:587",
        "[smtp.eu.mailgun.org]:587",
      })
  void relayIsAnsweredByItsLogin(String key) {
    assertThat(fixture.ask("sasl_passwd " + key)).isEqualTo(ANSWER);
    assertThat(fixture.ask("smtp-eu " + key)).as("the secret's own table").isEqualTo(ANSWER);
    assertThat(fixture.counted).containsExactly(200, 200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "eu.mailgun.org",
        "[smtp.eu.mailgun.org]:25",
        "smtp.eu.mailgun.org:submission",
        "[smtp.eu.mailgun.org",
        "smtp.eu.mailgun.org.",
        "user@mg.example.com",
        "",
      })
  void anotherKeyIsNotFound(String key) {
    assertThat(fixture.ask("sasl_passwd " + key)).isEqualTo("NOTFOUND ");
    assertThat(fixture.counted).containsExactly(404);
    assertThat(fixture.holdings("smtp-eu")).isEmpty();
  }

  @Test
  void senderIsAnsweredByItsDomainInATableOfItsOwn() {
    assertThat(fixture.ask("sender_passwd news+tag@MG.example.com")).isEqualTo(ANSWER);
    assertThat(fixture.ask("sender_passwd @mg.example.com")).isEqualTo(ANSWER);
    assertThat(fixture.ask("sender_passwd smtp.eu.mailgun.org")).isEqualTo("NOTFOUND ");
    assertThat(fixture.ask("sender_passwd a@sub.mg.example.com")).isEqualTo("NOTFOUND ");
    assertThat(fixture.ask("sender_passwd mg.example.com")).isEqualTo("NOTFOUND ");
  }

  @Test
  void severalLoginsOfOneHostAreTemporaryUntilOneIsNamed() {
    fixture.publish("smtp-a", "1", "a@a.example.com", "canary-a");

    assertThat(fixture.ask("sasl_passwd smtp.mailgun.org"))
        .startsWith("TEMP several secrets")
        .contains("smtp-a", "smtp-b")
        .doesNotContain("canary");
    assertThat(fixture.ask("smtp-a smtp.mailgun.org")).isEqualTo("OK a@a.example.com:canary-a");
    assertThat(fixture.ask("sender_passwd x@a.example.com"))
        .isEqualTo("OK a@a.example.com:canary-a");
  }

  @Test
  void valueThatWasNotReadYetIsTemporary() {
    assertThat(fixture.ask("smtp-b smtp.mailgun.org")).startsWith("TEMP ").contains("not read");
    assertThat(fixture.counted).containsExactly(503);
    assertThat(fixture.holdings("smtp-b")).isEmpty();
  }

  @Test
  void expiredValueIsTemporaryAndThenServedAgain() {
    try (NetstringClient client = fixture.client()) {
      assertThat(client.ask(EU)).isEqualTo(ANSWER);
      fixture.clock.advance(FakeCatalog.MAX_STALE.plusSeconds(1));

      assertThat(client.ask(EU)).startsWith("TEMP ").contains("max-stale");

      fixture.publish("smtp-eu", "8", "app@mg.example.com", "canary-8");
      assertThat(client.ask(EU)).isEqualTo("OK app@mg.example.com:canary-8");
    }
  }

  @Test
  void newVersionIsServedToAConnectionThatIsOpen() {
    try (NetstringClient client = fixture.client()) {
      for (int version = 10; version < 30; version++) {
        fixture.publish("smtp-eu", "" + version, "app", "canary-" + version);
        assertThat(client.ask(EU)).isEqualTo("OK app:canary-" + version);
      }
    }
  }

  @Test
  void whatPostfixWouldReadOtherwiseIsTemporary() {
    List<Map.Entry<String, String>> odd =
        List.of(
            Map.entry("a:b", "c"),
            Map.entry("a", "b\nc"),
            Map.entry("a", "b\0"),
            Map.entry("", "b"),
            Map.entry("a", ""));
    for (int i = 0; i < odd.size(); i++) {
      fixture.publish("smtp-a", "v" + i, odd.get(i).getKey(), odd.get(i).getValue());
      assertThat(fixture.ask("smtp-a smtp.mailgun.org")).startsWith("TEMP ");
    }
    fixture.publish("smtp-a", "long", "a", "b".repeat(100_000));
    assertThat(fixture.ask("smtp-a smtp.mailgun.org")).startsWith("TEMP ");
    fixture.catalog.publish("smtp-a", "no", fixture.clock.instant(), Map.of("password", "b"));
    assertThat(fixture.ask("smtp-a smtp.mailgun.org")).startsWith("TEMP ").contains("no login");
    fixture.publish("smtp-a", "fine", "a", "b:c d,");
    assertThat(fixture.ask("smtp-a smtp.mailgun.org")).isEqualTo("OK a:b:c d,");
  }

  @Test
  void lookUpIsAFetchForTheTimeOfOneUse() {
    fixture.ask(EU);

    Holding holding = fixture.holdings("smtp-eu").getFirst();
    assertThat(holding.consumer().uid()).isEqualTo(SocketmapFixture.UID);
    assertThat(holding.consumer().pid()).isEqualTo((int) ProcessHandle.current().pid());
    assertThat(holding.fetched()).isEqualTo(new Version("7"));
    assertThat(holding.acknowledged()).isTrue();

    fixture.clock.advance(SocketmapServer.USE);
    assertThat(fixture.holdings("smtp-eu")).isEmpty();
  }

  @Test
  void steadyLookUpsKeepTheHoldingAlive() {
    try (NetstringClient client = fixture.client()) {
      for (int second = 0; second < 60; second++) {
        client.ask(EU);
        assertThat(fixture.holdings("smtp-eu")).hasSize(1);
        fixture.clock.advance(Duration.ofMillis(490));
      }
      assertThat(fixture.holdings("smtp-eu")).as("the last use is not over").hasSize(1);
    }
  }

  @Test
  void forbiddenLoginIsDeniedAndNeverBouncesMail() {
    assertThat(fixture.ask("sasl_passwd mail.example.net")).startsWith("PERM ");
    assertThat(fixture.ask("sender_passwd x@net.example.com")).startsWith("PERM ");
    assertThat(fixture.ask("forbidden mail.example.net")).startsWith("PERM ");
    assertThat(fixture.counted).containsExactly(403, 403, 403);
    assertThat(fixture.holdings("forbidden")).isEmpty();
  }

  @Test
  void whoMayReadNothingIsToldTheSameWhateverItAsks() {
    try (SocketmapFixture closed =
        new SocketmapFixture(Limits.standard(), SocketmapFixture.UID + 1)) {
      String denied = closed.ask(EU);
      assertThat(denied).startsWith("PERM ").doesNotContain("smtp-eu");
      assertThat(closed.ask("sasl_passwd no.such.host")).isEqualTo(denied);
      assertThat(closed.ask("no-such-table x")).isEqualTo(denied);
    }
  }

  @Test
  void unknownTableIsPermanentAndNamesWhatThereIs() {
    assertThat(fixture.ask("passwd smtp.eu.mailgun.org"))
        .startsWith("PERM ")
        .contains("sasl_passwd");
    assertThat(fixture.ask("sending-key x.example")).as("not a login").startsWith("PERM ");
    assertThat(fixture.ask("sasl_passwd")).startsWith("PERM ");
  }

  @Test
  void socketIsBornWithItsModeAndGoneAtTheEnd() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(fixture.path)))
        .isEqualTo("rw-rw----");
    try (NetstringClient client = fixture.client()) {
      assertThat(client.ask(EU)).isEqualTo(ANSWER);

      fixture.server.close();

      assertThat(client.closedByServer()).isTrue();
      assertThat(fixture.path).doesNotExist();
    }
  }
}
