package dev.postern.mailgun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.postern.SecretFields;
import dev.postern.issuer.IssuedCredential;
import dev.postern.issuer.LiveCredential;
import dev.postern.issuer.ProbeResult;
import dev.postern.issuer.Revocation;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MailgunRequestShapeTest {
  private final IssuerFixture fixture;

  MailgunRequestShapeTest() throws IOException {
    fixture = new IssuerFixture();
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @Test
  void makingAKeyPostsTheVendorsMultipartFormAndReturnsTheKeyWithItsId() {
    fixture.then(Keys.created());

    try (IssuedCredential issued = fixture.issuer().issue(Keys.SENDING, Keys.TAG, Keys.OLD)) {
      assertThat(issued.id()).isEqualTo(Keys.KEY_ID);
      assertThat(issued.fields().names()).containsExactly("api_key", "api_key_id");
      assertThat(issued.fields().field("api_key").orElseThrow().exposeUtf8())
          .isEqualTo(Keys.CANARY_NEW_KEY);
      assertThat(issued.fields().field("api_key_id").orElseThrow().exposeUtf8())
          .isEqualTo(Keys.KEY_ID);
      Keys.assertNoCanaryIn(issued.toString());
    }
    RecordedRequest request = onlyRequest("POST", "/v1/keys", Keys.CANARY_ADMIN_KEY);
    assertThat(request.header("Content-Type")).startsWith("multipart/form-data; boundary=");
    assertThat(request.formFields())
        .containsExactly(
            entry("role", "sending"),
            entry("kind", "domain"),
            entry("domain_name", "mg.example.com"),
            entry(
                "description", "postern/prod-eu/sending-key/11111111-2222-4333-8444-555555555555"));
    assertThat(fixture.observed).containsExactly("create ok");
  }

  @Test
  void aConfiguredLifetimeBecomesTheExpirationInSeconds() {
    fixture.then(Keys.created());
    fixture.use(
        MailgunConfig.of("mailgun", fixture.server.uri()).withKeyLifetime(Duration.ofDays(2)));

    fixture.issuer().issue(Keys.SENDING, Keys.TAG, Keys.OLD).close();

    assertThat(fixture.server.requests().getFirst().formFields())
        .containsEntry("expiration", "172800");
  }

  @Test
  void listingAsksForTheDomainsKeys() {
    fixture.then(Keys.listed(Keys.keyJson(Keys.KEY_ID, "")));

    assertThat(fixture.issuer().live(Keys.SENDING))
        .containsExactly(
            new LiveCredential(
                Keys.KEY_ID,
                Keys.TAG.toString(),
                Optional.of(Instant.parse("2026-11-21T10:00:00Z"))));
    onlyRequest("GET", "/v1/keys?kind=domain&domain_name=mg.example.com", Keys.CANARY_ADMIN_KEY);
    assertThat(fixture.observed).containsExactly("list ok");
  }

  @Test
  void revokingDeletesByIdWithoutABody() {
    fixture.then(Answer.message(200, "key deleted"));

    assertThat(fixture.issuer().revoke(Keys.SENDING, Keys.KEY_ID)).isEqualTo(Revocation.REVOKED);
    assertThat(onlyRequest("DELETE", "/v1/keys/" + Keys.KEY_ID, Keys.CANARY_ADMIN_KEY).body())
        .isEmpty();
    assertThat(fixture.observed).containsExactly("delete ok");
  }

  @Test
  void probingASendingKeyPostsAnEmptyMessageWithThatKey() {
    fixture.then(Answer.message(400, "from parameter is missing"));

    try (SecretFields fields = Keys.fields(Keys.CANARY_OLD_KEY)) {
      assertThat(fixture.issuer().probe(Keys.SENDING, fields))
          .isEqualTo(new ProbeResult.Accepted());
    }
    RecordedRequest request =
        onlyRequest("POST", "/v3/mg.example.com/messages", Keys.CANARY_OLD_KEY);
    assertThat(request.header("Content-Type")).isEqualTo("application/x-www-form-urlencoded");
    assertThat(request.header("Content-Length")).isEqualTo("0");
    assertThat(fixture.observed).containsExactly("probe ok");
    assertThat(fixture.adminReads).hasValue(0);
  }

  @Test
  void probingAnAccountKeyListsKeysWithThatKey() {
    fixture.then(Keys.listed());

    try (SecretFields fields = Keys.fields(Keys.CANARY_OLD_KEY)) {
      assertThat(fixture.issuer().probe(Keys.ACCOUNT, fields))
          .isEqualTo(new ProbeResult.Accepted());
    }
    onlyRequest("GET", "/v1/keys?kind=user", Keys.CANARY_OLD_KEY);
  }

  @Test
  void theCheckListsKeysWithTheAdminKey() {
    fixture.then(Keys.listed());

    fixture.issuer().check();

    onlyRequest("GET", "/v1/keys?kind=domain", Keys.CANARY_ADMIN_KEY);
  }

  @Test
  void aBaseUrlMayHaveAPath() {
    fixture.then(Keys.listed());
    fixture.issuer(URI.create(fixture.server.uri() + "/mailgun/"));

    fixture.issuer().check();

    assertThat(fixture.server.requests().getFirst().target())
        .isEqualTo("/mailgun/v1/keys?kind=domain");
  }

  private RecordedRequest onlyRequest(String method, String target, String key) {
    assertThat(fixture.server.requests()).hasSize(1);
    RecordedRequest request = fixture.server.requests().getFirst();
    assertThat(request.method()).isEqualTo(method);
    assertThat(request.target()).isEqualTo(target);
    assertThat(request.header("Authorization"))
        .isEqualTo(
            "Basic "
                + Base64.getEncoder()
                    .encodeToString(("api:" + key).getBytes(StandardCharsets.UTF_8)));
    assertThat(request.header("Accept")).isEqualTo("application/json");
    assertThat(request.headers()).doesNotContainKeys("upgrade", "http2-settings");
    return request;
  }
}
