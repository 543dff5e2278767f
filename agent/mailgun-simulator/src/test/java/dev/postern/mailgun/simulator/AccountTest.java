package dev.postern.mailgun.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
