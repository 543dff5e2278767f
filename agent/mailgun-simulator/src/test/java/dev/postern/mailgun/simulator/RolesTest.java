package dev.postern.mailgun.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

final class RolesTest extends SimulatorFixture {

  @Test
  void aWrongKeyIsForbiddenInPlainTextButInJsonOnDomains() throws IOException {
    Api.Reply plain = api.get("/v1/keys", "nobody");
    Api.Reply json = api.get(CREDENTIALS, "nobody");

    assertThat(plain.status()).isEqualTo(401);
    assertThat(plain.body()).isEqualTo("Forbidden");
    assertThat(json.status()).isEqualTo(401);
    assertThat(json.message()).isEqualTo("Invalid private key");
    assertThat(api.get("/v4/domains", "nobody").message()).isEqualTo("Invalid private key");
  }

  @Test
  void noCredentialsAnotherUserAndAnotherSchemeAreAllUnauthorized() throws Exception {
    URI keys = URI.create(mailgun.baseUri() + "/v1/keys");
    String[] headers = {
      "Bearer " + admin, Api.basic("root:" + admin), "Basic not*base64", Api.basic("api"), "Basic"
    };
    for (String header : headers) {
      HttpRequest request = HttpRequest.newBuilder(keys).header("Authorization", header).build();
      assertThat(status(request)).isEqualTo(401);
    }
    assertThat(status(HttpRequest.newBuilder(keys).build())).isEqualTo(401);
  }

  @Test
  void aSendingKeyMayOnlySendAsItsOwnDomain() throws IOException {
    assertThat(probe(sending)).isEqualTo(400);
    assertThat(api.post("/v3/other.example/messages", sending).status()).isEqualTo(403);
    assertThat(api.get("/v1/keys", sending).status()).isEqualTo(403);
    assertThat(api.delete("/v1/keys/" + adminKey.id(), sending).status()).isEqualTo(403);
    assertThat(api.get(CREDENTIALS, sending).status()).isEqualTo(403);
    assertThat(api.get("/v2/ip_whitelist", sending).message()).isEqualTo("Forbidden");
    assertThat(mailgun.key(adminKey.id())).isPresent();
  }

  @Test
  void aDeveloperKeyReadsKeysButCannotMakeOrDeleteThem() throws IOException {
    String developer = account(KeyRole.DEVELOPER);

    assertThat(api.get("/v1/keys", developer).status()).isEqualTo(200);
    assertThat(api.post("/v1/keys", developer, "role", "admin").status()).isEqualTo(403);
    assertThat(api.delete("/v1/keys/" + sendingKey.id(), developer).status()).isEqualTo(403);
    assertThat(api.post("/v5/accounts/http_signing_key", developer).status()).isEqualTo(403);
    assertThat(api.post(CREDENTIALS, developer, "login", "a").status()).isEqualTo(200);
    assertThat(probe(developer)).isEqualTo(400);
  }

  @Test
  void aBasicKeyOnlyReads() throws IOException {
    String basic = account(KeyRole.BASIC);

    assertThat(api.get("/v1/keys", basic).status()).isEqualTo(200);
    assertThat(api.post("/v1/analytics/logs", basic).status()).isEqualTo(200);
    assertThat(api.post(CREDENTIALS, basic, "login", "a").status()).isEqualTo(403);
    assertThat(probe(basic)).isEqualTo(403);
  }

  @Test
  void anUnknownPathIsNotFoundAndAnotherMethodNotAllowed() throws IOException {
    assertThat(api.get("/v9/keys", admin).status()).isEqualTo(404);
    assertThat(api.put("/v1/keys", admin).status()).isEqualTo(405);
    assertThat(api.get("/simulator/faults", admin).status()).isEqualTo(404);
  }

  private String account(KeyRole role) {
    return mailgun
        .createKey(new NewKey(KeyKind.USER, role, null, "", null, null, null, null))
        .exposeSecret();
  }

  private int status(HttpRequest request) throws IOException, InterruptedException {
    return api.client().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }
}
