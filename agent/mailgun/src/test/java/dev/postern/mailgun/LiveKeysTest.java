package dev.postern.mailgun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.SecretKind;
import dev.postern.issuer.CredentialScope;
import dev.postern.issuer.IssuerException;
import dev.postern.issuer.LiveCredential;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiveKeysTest {
  private final IssuerFixture fixture;

  LiveKeysTest() throws IOException {
    fixture = new IssuerFixture();
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @Test
  void disabledAndExpiredKeysAreNotLive() {
    assertThat(
            liveIds(
                Keys.keyJson("live", ""),
                Keys.keyJson("disabled", "")
                    .replace("\"is_disabled\":false", "\"is_disabled\":true"),
                Keys.keyJson("expired", ",\"expires_at\":\"2026-11-21T11:59:59\""),
                Keys.keyJson("expired-elsewhere", ",\"expires_at\":\"2026-11-21T12:59:59+01:00\""),
                Keys.keyJson("expires-later", ",\"expires_at\":\"2026-11-21T12:00:01\"")))
        .containsExactly("live", "expires-later");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "\"\"", "\"0001-01-01T00:00:00\"", "\"soon\"", "17"})
  void aKeyWhoseExpiryCanNotBeReadCountsAsLive(String expiry) {
    assertThat(liveIds(Keys.keyJson("a", ",\"expires_at\":" + expiry))).containsExactly("a");
  }

  @Test
  void keysOfAnotherDomainKindOrRoleAreLeftOutEvenIfTheServerListsThem() {
    assertThat(
            liveIds(
                Keys.keyJson("mine", "").replace("mg.example.com", "MG.Example.com"),
                Keys.keyJson("other-domain", "").replace("mg.example.com", "other.example.com"),
                Keys.keyJson("no-domain", "").replace("\"mg.example.com\"", "null"),
                Keys.keyJson("other-role", "").replace("\"sending\"", "\"admin\""),
                Keys.keyJson("other-kind", "").replace("\"domain\",", "\"user\",")))
        .containsExactly("mine");
  }

  @Test
  void anAccountsKeysAreThoseOfItsUsers() {
    fixture.then(
        Keys.listed(
            Keys.keyJson("user", "").replace("\"kind\":\"domain\"", "\"kind\":\"user\""),
            Keys.keyJson("domain", "")));

    assertThat(fixture.issuer().live(Keys.ACCOUNT))
        .extracting(LiveCredential::id)
        .containsExactly("user");
    assertThat(fixture.server.requests().getFirst().target()).isEqualTo("/v1/keys?kind=user");
  }

  @Test
  void aSecretThatIsNoCredentialOfMailgunsAsksNobody() {
    CredentialScope scope = new CredentialScope(SecretKind.STATIC, "mg.example.com");

    assertThat(
            catchThrowableOfType(
                IssuerException.Rejected.class,
                () -> fixture.issuer().issue(scope, Keys.TAG, Keys.OLD).close()))
        .hasMessageContaining("static")
        .hasMessageContaining("mailgun has no such credentials");
    assertThat(fixture.server.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a..b", "a/b", "a b", "a\r\nb", "a?b", "mg.example.com."})
  void aScopeWithoutALegalDomainAsksNobody(String domain) {
    CredentialScope scope = new CredentialScope(SecretKind.MAILGUN_SENDING_KEY, domain);

    assertThat(
            catchThrowableOfType(
                IssuerException.Rejected.class, () -> fixture.issuer().live(scope)))
        .hasMessageContaining("sending domain");
    assertThat(fixture.server.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "../domains/x", "a b", "a\r\nb", "a?b"})
  void whatIsNotAnIdDeletesNothing(String id) {
    assertThat(
            catchThrowableOfType(
                IssuerException.Rejected.class, () -> fixture.issuer().revoke(Keys.SENDING, id)))
        .hasMessageContaining("api_key_id");
    assertThat(fixture.server.requests()).isEmpty();
  }

  private List<String> liveIds(String... listed) {
    fixture.then(Keys.listed(listed));
    return fixture.issuer().live(Keys.SENDING).stream().map(LiveCredential::id).toList();
  }
}
