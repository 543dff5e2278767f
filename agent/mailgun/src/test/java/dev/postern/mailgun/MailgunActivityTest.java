package dev.postern.mailgun;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.postern.issuer.AccountActivity;
import dev.postern.issuer.AccountEntry;
import dev.postern.issuer.AccountUser;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.CredentialUse;
import dev.postern.issuer.IssuerException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Looking after a leak: what the logs and lists of the account tell, and what they do not. */
class MailgunActivityTest {
  private static final Instant FROM = Instant.parse("2026-11-21T10:00:00.5Z");
  private static final Instant TO = FROM.plus(Duration.ofHours(1));

  private final IssuerFixture fixture;

  MailgunActivityTest() throws IOException {
    fixture = new IssuerFixture();
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @Test
  void usesOfTheKeyAreCountedByTheirAddress() {
    fixture.then(
        log(
            "",
            key("old", "192.0.2.1", "10:01"),
            key("other", "192.0.2.9", "10:02"),
            key("old", "192.0.2.2", "10:05"),
            key("old", "192.0.2.2", "10:03"),
            "{\"id\":\"by smtp\",\"method\":\"SMTP\"}"));

    AccountActivity.Findings found = find(Keys.SENDING, "old");

    assertThat(found.uses())
        .containsExactly(
            new CredentialUse("192.0.2.2", 2, at("10:03"), at("10:05")),
            new CredentialUse("192.0.2.1", 1, at("10:01"), at("10:01")));
    assertThat(found.gap()).isEmpty();
  }

  @Test
  void theLogIsAskedForTheDomainAndTheTimeInWholeSeconds() throws IOException {
    fixture.then(log(""));

    find(Keys.SENDING, "old");

    RecordedRequest request = fixture.server.requests().getFirst();
    assertThat(request.method() + " " + request.target()).isEqualTo("POST /v1/analytics/logs");
    Map<String, Object> query = JSON.std.mapFrom(request.body());
    assertThat(query)
        .containsEntry("start", "Sat, 21 Nov 2026 10:00:00 +0000")
        .containsEntry("end", "Sat, 21 Nov 2026 11:00:01 +0000");
    assertThat(String.valueOf(query.get("filter"))).contains("attribute=domain", "mg.example.com");
  }

  @Test
  void whatWasSentInTheSameSecondButBeforeIsNotCounted() {
    fixture.then(
        log(
            "",
            key("old", "192.0.2.1", "10:00"),
            key("old", "192.0.2.2", "10:01"),
            key("old", "192.0.2.3", "11:01")));

    assertThat(find(Keys.SENDING, "old").uses())
        .containsExactly(new CredentialUse("192.0.2.2", 1, at("10:01"), at("10:01")));
  }

  @Test
  void pagesAreReadUntilOneIsNotFull() {
    fixture.then(
        full("second", "old"), full("third", "old"), log("fourth", key("old", "x", "10:04")));

    AccountActivity.Findings found = find(Keys.SENDING, "old");

    assertThat(found.uses().stream().mapToLong(CredentialUse::count).sum()).isEqualTo(201);
    assertThat(found.uses()).extracting(CredentialUse::source).contains("unknown");
    assertThat(fixture.server.requests()).hasSize(3);
    assertThat(fixture.server.requests().get(2).body()).contains("\"token\":\"third\"");
  }

  @Test
  void aLogWithoutEndIsNotReadForEverAndThatIsSaid() {
    for (int page = 0; page < 60; page++) {
      fixture.then(full("page-" + page, "other"));
    }

    AccountActivity.Findings found = find(Keys.SENDING, "old");

    assertThat(fixture.server.requests()).hasSize(50);
    assertThat(found.gap()).hasValueSatisfying(gap -> assertThat(gap).contains("first 5000"));
  }

  @Test
  void aPageThatNamesItselfAsTheNextIsTheLast() {
    fixture.then(full("same", "old"), full("same", "old"), full("same", "old"));

    find(Keys.SENDING, "old");

    assertThat(fixture.server.requests()).hasSize(2);
  }

  @Test
  void aLoginThatItemsNameIsFoundAndOneThatTheyDoNotIsAGap() {
    String named =
        "{\"id\":\"1\",\"method\":\"SMTP\",\"smtp-login\":\"App-A@mg.example.com\","
            + "\"originating-ip\":\"192.0.2.1\",\"@timestamp\":\"2026-11-21T10:01:00Z\"}";
    String nameless = "{\"id\":\"2\",\"method\":\"smtp\",\"originating-ip\":\"192.0.2.2\"}";
    fixture.then(log("", named, nameless, key("k", "192.0.2.3", "10:02")));

    AccountActivity.Findings found = find(Logins.ALTERNATING, Logins.A);

    assertThat(found.uses())
        .containsExactly(new CredentialUse("192.0.2.1", 1, at("10:01"), at("10:01")));
    assertThat(found.gap()).contains("of 1 uses of smtp the log does not tell the login");
  }

  @Test
  void whatNoLogHoldsIsSaid() {
    fixture.then(log(""));

    assertThat(find(Keys.ACCOUNT, "old").gap().orElseThrow()).contains("messages only");
    assertThat(find(WebhookSigningKeyTest.SCOPE, "http-signing-key").gap().orElseThrow())
        .contains("does not see");
    assertThat(fixture.server.requests()).hasSize(1);
    assertThat(fixture.server.requests().getFirst().body()).doesNotContain("filter");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"items\":[]}",
        "{\"items\":[1],\"pagination\":{}}",
        "[]",
        "{\"items\":{}}"
      })
  void whatIsNoLogIsNotTakenForAnEmptyOne(String body) {
    fixture.then(Answer.json(200, body));

    Keys.assertFails(IssuerException.Malformed.class, () -> find(Keys.SENDING, "old"));
  }

  @Test
  void everythingThatGivesAccessIsListed() {
    fixture.then(
        Keys.listed(Keys.keyJson("user-key", "")),
        Keys.listed(Keys.keyJson("domain-key", "").replace("false", "true")),
        Keys.listed(Keys.keyJson("web-key", "")),
        Answer.json(
            200,
            "{\"total_count\":1,\"items\":[{\"login\":\"app-a@mg.example.com\","
                + "\"created_at\":\"Wed, 08 Mar 2023 23:34:57 +0000\"}]}"),
        Answer.json(
            200, "{\"addresses\":[{\"ip_address\":\"192.0.2.0/24\",\"description\":\"office\"}]}"));

    List<AccountEntry> entries = fixture.issuer().activity().entries(Keys.SENDING);

    assertThat(entries)
        .extracting(AccountEntry::id)
        .containsExactly(
            "user-key", "domain-key", "web-key", "app-a@mg.example.com", "192.0.2.0/24");
    assertThat(entries.getFirst().createdAt()).contains(Instant.parse("2026-11-21T10:00:00Z"));
    assertThat(entries.getLast())
        .isEqualTo(
            new AccountEntry(
                AccountEntry.Type.ALLOW_LIST_ENTRY, "192.0.2.0/24", "office", Optional.empty()));
    assertThat(fixture.server.requests())
        .extracting(RecordedRequest::target)
        .containsExactly(
            "/v1/keys?kind=user",
            "/v1/keys?kind=domain",
            "/v1/keys?kind=web",
            "/v3/domains/mg.example.com/credentials?skip=0&limit=1000",
            "/v2/ip_whitelist");
  }

  @Test
  void anAccountWithoutADomainHasNoLoginsToList() {
    fixture.then(
        Keys.listed(), Keys.listed(), Keys.listed(), Answer.json(200, "{\"addresses\":[]}"));

    assertThat(fixture.issuer().activity().entries(Keys.ACCOUNT)).isEmpty();
  }

  @Test
  void peopleAreListedWithTheirPasswordsAgeAndSecondFactor() {
    fixture.then(
        Answer.json(
            200,
            """
            {"total":2,"users":[
              {"id":"1","email":"jane@example.com","role":"admin","tfa_enabled":true,
               "tfa_active":true,"password_updated_at":"2022-12-20T16:52:01.892000"},
              {"id":"2","role":"basic","tfa_enabled":true,"tfa_active":false,
               "password_updated_at":null}]}"""));

    assertThat(fixture.issuer().activity().users())
        .containsExactly(
            new AccountUser(
                "jane@example.com",
                "admin",
                Optional.of(Instant.parse("2022-12-20T16:52:01.892Z")),
                true),
            new AccountUser("2", "basic", Optional.empty(), false));
    assertThat(fixture.server.requests().getFirst().target())
        .isEqualTo("/v5/users?skip=0&limit=100");
  }

  @Test
  void whereAPersonActsIsAPageOfMailguns() {
    AccountActivity.Links links = fixture.issuer().activity().links();

    assertThat(List.of(links.passwords(), links.secondFactor(), links.support()))
        .allMatch(link -> link.matches("https://(help|app)\\.mailgun\\.com/.+"));
  }

  private AccountActivity.Findings find(CredentialScope scope, String id) {
    return fixture.issuer().activity().find(scope, id, FROM, TO);
  }

  private static Answer full(String next, String id) {
    return log(
        next, Collections.nCopies(100, key(id, "192.0.2.1", "10:01")).toArray(String[]::new));
  }

  private static Answer log(String next, String... items) {
    return Answer.json(
        200,
        "{\"items\":[" + String.join(",", items) + "],\"pagination\":{\"next\":\"" + next + "\"}}");
  }

  private static String key(String id, String source, String time) {
    return ("{\"id\":\"1\",\"event\":\"accepted\",\"api-key-id\":\"%s\",\"originating-ip\":\"%s\","
            + "\"@timestamp\":\"2026-11-21T%s:00.000Z\"}")
        .formatted(id, source, time);
  }

  private static Instant at(String time) {
    return Instant.parse("2026-11-21T" + time + ":00Z");
  }
}
