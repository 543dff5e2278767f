package dev.postern.mailgun.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class AllowlistTest extends SimulatorFixture {
  private static final String LIST = "/v2/ip_whitelist";

  @Test
  void eachChangeAnswersWithTheWholeList() throws IOException {
    assertThat(api.get(LIST, admin).list("addresses")).isEmpty();
    api.post(LIST, admin, "address", "127.0.0.0/8", "description", "this machine");
    Api.Reply added = api.post(LIST, admin, "address", "10.1.2.3");
    assertThat(added.list("addresses"))
        .isEqualTo(
            List.of(
                Map.of("ip_address", "127.0.0.0/8", "description", "this machine"),
                Map.of("ip_address", "10.1.2.3", "description", "")));
    assertThat(api.put(LIST, admin, "address", "10.1.2.3", "description", "office").body())
        .contains("office");
    assertThat(api.delete(LIST + "?address=10.1.2.3", admin).list("addresses")).hasSize(1);
  }

  @Test
  void aCallerOffTheListIsUnauthorizedAndNotForbidden() throws IOException {
    IssuedKey web =
        mailgun.createKey(new NewKey(KeyKind.WEB, KeyRole.ADMIN, null, "", null, "1", null, null));

    api.post(LIST, admin, "address", "192.0.2.0/24");

    assertThat(api.get(LIST, admin).status()).isEqualTo(401);
    assertThat(probe(sending)).isEqualTo(401);
    assertThat(api.get(LIST, web.exposeSecret()).status()).isEqualTo(200);
  }

  @Test
  void whatIsNoAddressIsRefused() throws IOException {
    for (String wrong : new String[] {"", "example.com", "1.2.3", "1.2.3.4/33", "1.2.3.4/a/b"}) {
      assertThat(api.post(LIST, admin, "address", wrong).message())
          .as(wrong)
          .isEqualTo("Invalid IP Address or CIDR");
    }
    assertThat(api.put(LIST, admin, "address", "10.0.0.1").message()).isEqualTo("IP not found");
    assertThat(api.delete(LIST, admin).message()).isEqualTo("IP address can not be blank");
    assertThat(api.delete(LIST + "?address=10.0.0.1", admin).status()).isEqualTo(400);
  }

  @Test
  void anAddressIsComparedByTheBitsOfItsBlock() {
    assertThat(AllowList.admits(Set.of(), "203.0.113.9")).isTrue();
    assertThat(AllowList.admits(Set.of("203.0.113.8/31"), "203.0.113.9")).isTrue();
    assertThat(AllowList.admits(Set.of("203.0.113.8/31"), "203.0.113.10")).isFalse();
    assertThat(AllowList.admits(Set.of("203.0.113.8"), "203.0.113.9")).isFalse();
    assertThat(AllowList.admits(Set.of("0.0.0.0/0"), "203.0.113.9")).isTrue();
    assertThat(AllowList.admits(Set.of("2001:db8::/32"), "203.0.113.9")).isFalse();
    assertThat(AllowList.admits(Set.of("2001:db8::/32"), "2001:db8:1::1")).isTrue();
  }
}
