package dev.postern.sidecar.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.SecretName;
import dev.postern.sidecar.http.Peer;
import dev.postern.sidecar.server.AccessPolicy.Rule;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AccessPolicyTest {
  private static final SecretName KEY = new SecretName("sending-key");
  private static final Rule MAIL = new Rule(OptionalInt.empty(), OptionalInt.of(8), "mail");
  private static final Rule APP_IN_MAIL = new Rule(OptionalInt.of(1001), OptionalInt.of(8), "");

  @Test
  void groupIsMatchedByThePrimaryAndBySupplementaryOnes() {
    AccessPolicy policy = policy(List.of(Rule.ofUid(1000), MAIL));

    assertThat(policy.mayRead(KEY, peer(1000, 1))).isTrue();
    assertThat(policy.mayRead(KEY, peer(2, 8))).isTrue();
    assertThat(policy.mayRead(KEY, peer(2, 2, 7, 8))).isTrue();
    assertThat(policy.mayRead(KEY, peer(2, 2, 7, 9))).isFalse();
    assertThat(policy.mayRead(new SecretName("other"), peer(1000, 8))).isFalse();
  }

  @Test
  void userInAGroupMustBeBoth() {
    AccessPolicy policy = policy(List.of(APP_IN_MAIL));

    assertThat(policy.mayRead(KEY, peer(1001, 8))).isTrue();
    assertThat(policy.mayRead(KEY, peer(1001, 1, 8))).isTrue();
    assertThat(policy.mayRead(KEY, peer(1001, 1))).isFalse();
    assertThat(policy.mayRead(KEY, peer(1002, 1, 8))).isFalse();
  }

  @Test
  void ruleWithNothingInItAndAPeerThatIsNotKnownAreDenied() {
    Rule nothing = new Rule(OptionalInt.empty(), OptionalInt.empty(), "");

    assertThat(policy(List.of(nothing)).mayRead(KEY, peer(0, 0))).isFalse();
    assertThat(policy(List.of(Rule.ofUid(-1), Rule.ofGid(-1))).mayRead(KEY, Peer.UNKNOWN))
        .isFalse();
  }

  @Test
  void administratorsAreListedInTheSameWay() {
    AccessPolicy policy = new AccessPolicy(Map.of(), List.of(MAIL), 500);

    assertThat(policy.mayAdminister(peer(7, 7, 8))).isTrue();
    assertThat(policy.mayAdminister(peer(500, 500))).isFalse();
    assertThat(policy.mayKnowNames(peer(7, 8))).isFalse();
    assertThat(policy.mayKnowNames(peer(0, 8))).isTrue();
  }

  @Test
  void rulesAreNamedAsTheConfigHasThem() {
    assertThat(Rule.ofUid(1000).describe()).isEqualTo("uid 1000");
    assertThat(Rule.ofGid(2000).describe()).isEqualTo("gid 2000");
    assertThat(MAIL.describe()).isEqualTo("group mail");
    assertThat(APP_IN_MAIL.describe()).isEqualTo("uid 1001 gid 8");
  }

  private static AccessPolicy policy(List<Rule> rules) {
    return new AccessPolicy(Map.of(KEY, rules), List.of(), 500);
  }

  private static Peer peer(int uid, int gid, Integer... groups) {
    return new Peer(uid, gid, 0, Set.of(groups));
  }
}
