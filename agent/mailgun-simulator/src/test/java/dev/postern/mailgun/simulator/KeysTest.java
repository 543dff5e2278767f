package dev.postern.mailgun.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class KeysTest extends SimulatorFixture {

  @Test
  void aCreatedKeyWorksAndItsSecretIsShownOnce() throws IOException {
    Api.Reply created =
        api.post(
            "/v1/keys",
            admin,
            "role",
            "sending",
            "kind",
            "domain",
            "domain_name",
            DOMAIN,
            "description",
            "postern/prod/sending/1");

    Map<?, ?> key = created.object("key");
    String secret = String.valueOf(key.get("secret"));
    assertThat(created.status()).isEqualTo(200);
    assertThat(secret).matches("[a-f0-9]{32}-[a-f0-9]{8}-[a-f0-9]{8}");
    assertThat(probe(secret)).isEqualTo(400);
    assertThat(api.get("/v1/keys", admin).body())
        .contains("\"description\":\"postern/prod/sending/1\"")
        .doesNotContain(secret);
  }

  @Test
  void timesHaveNoZoneAndAbsentNamesAreNull() throws IOException {
    Map<?, ?> item = (Map<?, ?>) api.get("/v1/keys?kind=user", admin).list("items").getFirst();

    assertThat(item.get("created_at")).isEqualTo("2026-01-02T03:04:05");
    assertThat(item.containsKey("domain_name")).isTrue();
    assertThat(item.get("domain_name")).isNull();
    assertThat(item.containsKey("expires_at")).isFalse();
    assertThat(item.get("is_disabled")).isEqualTo(false);
  }

  @Test
  void theListIsFilteredByKindAndDomain() throws IOException {
    mailgun.createKey(NewKey.sending("other.example", "another"));

    assertThat(api.get("/v1/keys", admin).json().get("total_count")).isEqualTo(3);
    assertThat(api.get("/v1/keys?kind=domain", admin).json().get("total_count")).isEqualTo(2);
    assertThat(api.get("/v1/keys?kind=domain&domain_name=" + DOMAIN, admin).list("items"))
        .singleElement()
        .extracting("id")
        .isEqualTo(sendingKey.id());
    assertThat(api.get("/v1/keys?kind=none", admin).message())
        .isEqualTo("expected `kind` param to be one of [domain user web] or absent");
  }

  @Test
  void theCaseOfADomainDoesNotMatter() throws IOException {
    String secret = mailgun.createKey(NewKey.sending("MG.Example.com", "")).exposeSecret();

    assertThat(api.post("/v3/Mg.example.com/messages", secret).status()).isEqualTo(400);
    assertThat(api.get("/v1/keys?domain_name=MG.example.com", admin).list("items")).hasSize(2);
  }

  @Test
  void aDeletedKeyIsDeadAtOnceAndTheOtherLives() throws IOException {
    IssuedKey other = mailgun.createKey(NewKey.sending(DOMAIN, "successor"));

    Api.Reply deleted = api.delete("/v1/keys/" + sendingKey.id(), admin);

    assertThat(deleted.status()).isEqualTo(200);
    assertThat(deleted.message()).isEqualTo("key deleted");
    assertThat(probe(sending)).isEqualTo(401);
    assertThat(probe(other.exposeSecret())).isEqualTo(400);
    assertThat(mailgun.key(sendingKey.id())).isEmpty();
  }

  @Test
  void deletingAnUnknownKeyIsNotFound() throws IOException {
    api.delete("/v1/keys/" + sendingKey.id(), admin);

    Api.Reply again = api.delete("/v1/keys/" + sendingKey.id(), admin);

    assertThat(again.status()).isEqualTo(404);
    assertThat(again.message()).isEqualTo("no key matching id");
  }

  @Test
  void aKeyDiesWhenItExpires() throws IOException {
    Api.Reply created =
        api.post(
            "/v1/keys",
            admin,
            "role",
            "sending",
            "kind",
            "domain",
            "domain_name",
            DOMAIN,
            "expiration",
            "60");
    String secret = String.valueOf(created.object("key").get("secret"));

    assertThat(created.object("key").get("expires_at")).isEqualTo("2026-01-02T03:05:05");
    clock.advance(Duration.ofSeconds(59));
    assertThat(probe(secret)).isEqualTo(400);
    clock.advance(Duration.ofSeconds(1));
    assertThat(probe(secret)).isEqualTo(401);
    assertThat(mailgun.liveKeys()).hasSize(2);
    assertThat(mailgun.keys()).hasSize(3);
  }

  @Test
  void aDisabledKeyIsListedWithItsReasonAndRefused() throws IOException {
    mailgun.disableKey(sendingKey.id(), "abuse");

    assertThat(probe(sending)).isEqualTo(401);
    assertThat(api.get("/v1/keys?kind=domain", admin).body())
        .contains("\"is_disabled\":true")
        .contains("\"disabled_reason\":\"abuse\"");
  }

  @Test
  void aWebKeyLivesADayAtMost() throws IOException {
    api.post(
        "/v1/keys", admin, "role", "admin", "kind", "web", "user_id", "1", "expiration", "999999");

    assertThat(mailgun.keys().getLast().expiresAt())
        .isEqualTo(clock.instant().plus(Duration.ofDays(1)));
  }

  @Test
  void aWishThatMakesNoSenseIsRefusedAndMakesNothing() throws IOException {
    String[][] wishes = {
      {},
      {"role", "owner"},
      {"role", "sending"},
      {"role", "sending", "kind", "domain"},
      {"role", "sending", "kind", "domain", "domain_name", "unknown.example"},
      {"role", "admin", "kind", "robot"},
      {"role", "admin", "expiration", "0"},
      {"role", "admin", "expiration", "soon"},
    };
    for (String[] wish : wishes) {
      assertThat(api.post("/v1/keys", admin, wish).status()).as("%s", (Object) wish).isEqualTo(400);
    }
    assertThat(mailgun.keys()).hasSize(2);
  }

  @Test
  void aKeyIsMadeFromAMultipartBodyToo() throws IOException {
    String body =
        Api.multipart(
            "role", "sending", "kind", "domain", "domain_name", DOMAIN, "description", "späť");

    Api.Reply created = api.send("POST", "/v1/keys", admin, Api.MULTIPART, body);

    assertThat(created.status()).isEqualTo(200);
    assertThat(mailgun.keys().getLast().description()).isEqualTo("späť");
  }

  @Test
  void anAdminKeyCanDeleteItself() throws IOException {
    assertThat(api.delete("/v1/keys/" + adminKey.id(), admin).status()).isEqualTo(200);
    assertThat(api.get("/v1/keys", admin).status()).isEqualTo(401);
  }
}
