package dev.postern.mailgun.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CredentialsTest extends SimulatorFixture {

  @Test
  void aLoginIsMadeWithTheGivenPasswordAndListedWithoutIt() throws IOException {
    Api.Reply created = api.post(CREDENTIALS, admin, "login", "alice", "password", "hunter22");

    Api.Reply listed = api.get(CREDENTIALS, admin);
    assertThat(created.message()).isEqualTo("Created 1 credentials pair(s)");
    assertThat(created.json()).containsOnlyKeys("message");
    assertThat(listed.json().get("total_count")).isEqualTo(1);
    Map<?, ?> item = (Map<?, ?>) listed.list("items").getFirst();
    assertThat(item.get("login")).isEqualTo("alice@mg.example.com");
    assertThat(item.get("mailbox")).isEqualTo("alice@mg.example.com");
    assertThat(item.get("created_at")).isEqualTo("Fri, 02 Jan 2026 03:04:05 +0000");
    assertThat(item.containsKey("size_bytes")).isTrue();
    assertThat(listed.body()).doesNotContain("hunter22");
  }

  @Test
  void aPasswordThatIsNotGivenIsMadeAndShownOnce() throws IOException {
    Api.Reply created = api.post(CREDENTIALS, admin, "login", "alice@mg.example.com");

    assertThat(created.json()).containsKey("note");
    assertThat(String.valueOf(created.object("credentials").get("alice@mg.example.com")))
        .matches("[a-f0-9]{32}");
  }

  @Test
  void severalLoginsAreMadeAtOnce() throws IOException {
    api.post(
        CREDENTIALS, admin, "login", "a", "login", "b", "password", "first", "password", "second");

    assertThat(mailgun.logins())
        .extracting(SimulatedLogin::address)
        .containsExactly("a@mg.example.com", "b@mg.example.com");
  }

  @Test
  void aPageIsCutByLimitAndSkip() throws IOException {
    for (String login : new String[] {"a", "b", "c"}) {
      mailgun.setLogin(login + "@" + DOMAIN, "password");
    }
    mailgun.setLogin("d@other.example", "password");

    Api.Reply page = api.get(CREDENTIALS + "?skip=1&limit=1", admin);

    assertThat(page.json().get("total_count")).isEqualTo(3);
    assertThat(page.list("items"))
        .singleElement()
        .extracting("login")
        .isEqualTo("b@mg.example.com");
    assertThat(api.get(CREDENTIALS + "?limit=1001", admin).message())
        .isEqualTo("Limit parameter can't be larger than 1000");
    assertThat(api.get(CREDENTIALS + "?skip=-1", admin).status()).isEqualTo(400);
  }

  @Test
  void thePasswordIsSetByTheWholeAddressOrTheLocalPart() throws IOException {
    mailgun.setLogin("alice@" + DOMAIN, "before");

    assertThat(api.put(CREDENTIALS + "/alice@mg.example.com", admin, "password", "after").status())
        .isEqualTo(200);
    assertThat(api.put(CREDENTIALS + "/alice", admin).object("credentials")).hasSize(1);
    assertThat(api.put(CREDENTIALS + "/bob", admin, "password", "after").message())
        .isEqualTo("Credentials not found");
    assertThat(api.put(CREDENTIALS + "/bob", admin, "password", "after").status()).isEqualTo(404);
  }

  @Test
  void aLoginIsDeletedByName() throws IOException {
    mailgun.setLogin("alice@" + DOMAIN, "password");

    Api.Reply deleted = api.delete(CREDENTIALS + "/alice@mg.example.com", admin);

    assertThat(deleted.json().get("spec")).isEqualTo("alice@mg.example.com");
    assertThat(mailgun.logins()).isEmpty();
    assertThat(api.delete(CREDENTIALS + "/alice", admin).status()).isEqualTo(404);
  }

  @Test
  void thePostmasterIsNotDeleted() throws IOException {
    mailgun.setLogin("postmaster@" + DOMAIN, "password");
    mailgun.setLogin("alice@" + DOMAIN, "password");
    mailgun.setLogin("other@other.example", "password");

    assertThat(api.delete(CREDENTIALS + "/postmaster", admin).message())
        .isEqualTo("Cannot delete system mailbox: postmaster@mg.example.com");
    assertThat(api.delete(CREDENTIALS, admin).json().get("count")).isEqualTo(1);
    assertThat(mailgun.logins())
        .extracting(SimulatedLogin::address)
        .containsExactly("postmaster@mg.example.com", "other@other.example");
  }

  @Test
  void aWishThatMakesNoSenseIsRefused() throws IOException {
    assertThat(api.post(CREDENTIALS, admin).message()).isEqualTo("Parameter 'login' is missing");
    assertThat(api.post(CREDENTIALS, admin, "login", "a", "password", "abcd").status())
        .isEqualTo(400);
    assertThat(api.post(CREDENTIALS, admin, "login", "a", "password", "x".repeat(33)).status())
        .isEqualTo(400);
    assertThat(api.post(CREDENTIALS, admin, "login", "a@other.example").status()).isEqualTo(400);
    assertThat(
            api.post(CREDENTIALS, admin, "login", "a", "login", "b", "password", "only-one")
                .status())
        .isEqualTo(400);
    assertThat(api.get("/v3/domains/unknown.example/credentials", admin).status()).isEqualTo(404);
    assertThat(mailgun.logins()).isEmpty();
  }
}
