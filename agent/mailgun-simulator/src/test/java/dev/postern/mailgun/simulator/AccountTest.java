package dev.postern.mailgun.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AccountTest extends SimulatorFixture {

  @Test
  void theSigningKeyIsShownUntilItIsReplaced() throws IOException {
    Object before = api.get("/v5/accounts/http_signing_key", admin).json().get("http_signing_key");
    Object after = api.post("/v5/accounts/http_signing_key", admin).json().get("http_signing_key");

    assertThat(String.valueOf(before)).matches("key-[a-f0-9]{32}");
    assertThat(String.valueOf(after)).matches("key-[a-f0-9]{32}").isNotEqualTo(before);
    assertThat(api.get("/v5/accounts/http_signing_key", admin).json().get("http_signing_key"))
        .isEqualTo(after);
  }

  @Test
  void theOldSigningKeyMayStillBeShownForAWhile() throws IOException {
    String path = "/v5/accounts/http_signing_key";
    Object before = api.get(path, admin).json().get("http_signing_key");
    mailgun.inject(Operation.REPLACE_SIGNING_KEY, Fault.RevocationLag.ofUses(2));
    Object after = api.post(path, admin).json().get("http_signing_key");

    assertThat(api.get(path, admin).json().get("http_signing_key")).isEqualTo(before);
    assertThat(api.get(path, admin).json().get("http_signing_key")).isEqualTo(before);
    assertThat(api.get(path, admin).json().get("http_signing_key")).isEqualTo(after);
  }

  @Test
  void usersHaveThePasswordsAndSecondFactorsThatTheyWereGiven() throws IOException {
    mailgun.putUser(
        new SimulatedUser("2", "jane@example.com", "basic", clock.instant(), true, true));

    Map<?, ?> jane = (Map<?, ?>) api.get("/v5/users?role=basic", admin).list("users").getFirst();

    assertThat(jane.get("email")).isEqualTo("jane@example.com");
    assertThat(jane.get("password_updated_at")).isEqualTo("2026-01-02T03:04:05.000000");
    assertThat(jane.get("tfa_active")).isEqualTo(true);
    assertThat(api.get("/v5/users?skip=1&limit=1", admin).list("users")).hasSize(1);
    assertThat(api.get("/v5/users", admin).json().get("total")).isEqualTo(2);
  }

  @Test
  void aDisabledAccountOrDomainAnswersSo() throws IOException {
    mailgun.inject(Operation.LIST_KEYS, new Fault.Disabled(Fault.Disabled.What.ACCOUNT));
    mailgun.inject(Operation.LIST_LOGINS, new Fault.Disabled(Fault.Disabled.What.DOMAIN));

    assertThat(api.get("/v1/keys", admin).message()).contains("account has been disabled");
    assertThat(api.get(CREDENTIALS, admin).message()).contains("Domain is disabled");
    assertThat(api.get(CREDENTIALS, admin).status()).isEqualTo(200);
  }

  @Test
  void callsOfTheDomainsApiAreCountedAndLimited() throws IOException {
    mailgun.limitDomainCalls(2);
    api.get(CREDENTIALS, admin);
    clock.advance(Duration.ofSeconds(20));
    api.get("/v4/domains", admin);

    Api.Reply third = api.get(CREDENTIALS, admin);

    assertThat(third.status()).isEqualTo(429);
    assertThat(third.json().get("retry-seconds")).isEqualTo(40);
    assertThat(third.headers().firstValue("Retry-After")).contains("40");
    assertThat(api.get("/v1/keys", admin).status()).as("another family").isEqualTo(200);
    clock.advance(Duration.ofSeconds(40));
    assertThat(api.get(CREDENTIALS, admin).status()).isEqualTo(200);
    assertThat(mailgun.calls(Operation.LIST_LOGINS)).isEqualTo(3);
    assertThat(mailgun.callsRefused()).isEqualTo(1);
  }

  @Test
  void onlyAKeyThatBelongsToAUserHasAMe() throws IOException {
    IssuedKey own =
        mailgun.createKey(new NewKey(KeyKind.WEB, KeyRole.ADMIN, null, "", null, "1", null, null));

    assertThat(api.get("/v5/users/me", own.exposeSecret()).json().get("is_master")).isEqualTo(true);
    assertThat(api.get("/v5/users/me", admin).status()).isEqualTo(403);
    assertThat(api.get("/v5/users/me", admin).message())
        .isEqualTo("Incompatible key for this endpoint");
  }

  @Test
  void usersAreFilteredByRole() throws IOException {
    assertThat(api.get("/v5/users", admin).json().get("total")).isEqualTo(1);
    assertThat(api.get("/v5/users?role=support", admin).list("users")).isEmpty();
  }

  @Test
  void theDomainsAreListed() throws IOException {
    Api.Reply all = api.get("/v4/domains", admin);
    Api.Reply one = api.get("/v4/domains?limit=1&skip=1", admin);

    assertThat(all.json().get("total_count")).isEqualTo(2);
    assertThat(((Map<?, ?>) one.list("items").getFirst()).get("name")).isEqualTo("other.example");
    assertThat(api.get("/v4/domains?limit=many", admin).status()).isEqualTo(400);
  }
}
