package dev.postern.mailgun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.SecretFields;
import dev.postern.issuer.IssuedCredential;
import dev.postern.issuer.IssuerException;
import dev.postern.issuer.Predecessor;
import dev.postern.issuer.Revocation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An account key's successor has its role and its user; and the admin key replaces itself. */
class AccountKeysTest {
  private static final String NEW_ADMIN = "canary-admin-second";

  private final IssuerFixture fixture;

  AccountKeysTest() throws IOException {
    fixture = new IssuerFixture();
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"admin", "developer", "basic"})
  void theNewKeyGetsTheRoleAndTheUserOfTheOldOne(String role) {
    fixture.then(
        Keys.listed(accountKey("other-id", "admin"), accountKey("old-id", role)), Keys.created());

    issue(Keys.OLD).close();

    assertThat(fixture.server.requests().getLast().formFields())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "role", role,
                "kind", "user",
                "description", Keys.TAG.toString(),
                "user_id", "42",
                "user_name", "Jane Doe",
                "email", "jane@example.com"));
  }

  @Test
  void whatTheOldKeyDoesNotHaveTheNewOneDoesNotGet() {
    fixture.then(
        Keys.listed(
            "{\"id\":\"old-id\",\"kind\":\"user\",\"role\":\"basic\",\"user_name\":null,"
                + "\"requestor\":null,\"is_disabled\":false}"),
        Keys.created());

    issue(Keys.OLD).close();

    assertThat(fixture.server.requests().getLast().formFields())
        .containsOnlyKeys("role", "kind", "description");
  }

  @Test
  void theOnlyAccountKeyIsTheOldOneWhenItsIdIsNotKnown() {
    fixture.then(
        Keys.listed(accountKey("only", "developer"), Keys.keyJson("a-sending-key", "")),
        Keys.created());

    issue(withoutId()).close();

    assertThat(fixture.server.requests().getLast().formFields()).containsEntry("role", "developer");
  }

  @Test
  void amongSeveralKeysNoneIsGuessed() {
    fixture.then(Keys.listed(accountKey("a", "admin"), accountKey("b", "basic")));

    assertRefusedToIssue(withoutId(), "2 account keys", "store the id of the old key");
  }

  @Test
  void anOldKeyThatIsNotListedHasNoKnownRole() {
    fixture.then(Keys.listed(accountKey("other-id", "admin")));

    assertRefusedToIssue(Keys.OLD, "does not list the old key", "correct api_key_id");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "owner", "sending", "ADMIN"})
  void anUnknownRoleIsNotReplacedByAWiderOne(String role) {
    fixture.then(Keys.listed(accountKey("old-id", role)));

    assertRefusedToIssue(Keys.OLD, "role of the old key old-id", "make it by hand");
  }

  @Test
  void theAdminKeyIsDeletedWithItsSuccessor() {
    IssuedCredential made = replaceTheAdminKey();
    fixture.adminKeys.add(NEW_ADMIN);
    fixture.issuer().renewAuthority();
    fixture.then(Answer.message(200, "key deleted"));

    assertThat(fixture.issuer().revoke(Keys.ACCOUNT, "old-id")).isEqualTo(Revocation.REVOKED);

    made.close();
    assertThat(authorizations())
        .containsExactly(
            basic(Keys.CANARY_ADMIN_KEY), basic(Keys.CANARY_ADMIN_KEY), basic(NEW_ADMIN));
  }

  @Test
  void aStoreThatIsBehindIsReadAgainBeforeTheAdminKeyIsDeleted() {
    replaceTheAdminKey().close();
    fixture.adminKeys.addAll(List.of(Keys.CANARY_ADMIN_KEY, Keys.CANARY_ADMIN_KEY, NEW_ADMIN));
    fixture.issuer().renewAuthority();
    fixture.then(Answer.message(200, "key deleted"));

    assertThat(fixture.issuer().revoke(Keys.ACCOUNT, "old-id")).isEqualTo(Revocation.REVOKED);

    assertThat(authorizations()).hasSize(3).last().isEqualTo(basic(NEW_ADMIN));
    assertThat(fixture.adminReads).hasValue(4);
  }

  @Test
  void aStoreThatStaysBehindKeepsTheAdminKeyFromDeletingItself() {
    replaceTheAdminKey().close();
    fixture.issuer().renewAuthority();

    assertThat(
            catchThrowableOfType(
                IssuerException.Unavailable.class,
                () -> fixture.issuer().revoke(Keys.ACCOUNT, "old-id")))
        .hasMessageContaining("a key does not delete itself");
    assertThat(authorizations()).hasSize(2);
  }

  @Test
  void anotherAccountKeyIsDeletedWithTheAdminKeyAsItIs() {
    fixture.then(
        Keys.listed(accountKey("old-id", "basic")),
        Keys.created(),
        Answer.message(200, "key deleted"));
    issue(Keys.OLD).close();
    fixture.issuer().renewAuthority();

    fixture.issuer().revoke(Keys.ACCOUNT, "old-id");

    assertThat(authorizations()).hasSize(3).containsOnly(basic(Keys.CANARY_ADMIN_KEY));
  }

  private IssuedCredential replaceTheAdminKey() {
    fixture.then(Keys.listed(accountKey("old-id", "admin")), Keys.created());
    return issue(new Predecessor(Optional.of("old-id"), Keys.fields(Keys.CANARY_ADMIN_KEY)));
  }

  private IssuedCredential issue(Predecessor old) {
    return fixture.issuer().issue(Keys.ACCOUNT, Keys.TAG, old);
  }

  private void assertRefusedToIssue(Predecessor old, String... words) {
    IssuerException failure =
        catchThrowableOfType(IssuerException.Rejected.class, () -> issue(old).close());

    assertThat(failure.getMessage()).contains(words);
    Keys.assertNoCanaryIn(failure);
    assertThat(fixture.server.requests()).hasSize(1);
  }

  private static Predecessor withoutId() {
    SecretFields fields = Keys.fields(Keys.CANARY_OLD_KEY);
    return new Predecessor(Optional.empty(), fields);
  }

  private List<String> authorizations() {
    return fixture.server.requests().stream()
        .map(request -> request.header("Authorization"))
        .toList();
  }

  private static String accountKey(String id, String role) {
    return """
    {"id":"%s","description":"by hand","kind":"user","role":"%s","user_id":"42",
     "created_at":"2026-11-21T10:00:00","updated_at":"2026-11-21T10:00:00",
     "requestor":"jane@example.com","user_name":"Jane Doe","domain_name":null,
     "is_disabled":false}"""
        .formatted(id, role);
  }

  private static String basic(String key) {
    return "Basic "
        + Base64.getEncoder().encodeToString(("api:" + key).getBytes(StandardCharsets.UTF_8));
  }
}
