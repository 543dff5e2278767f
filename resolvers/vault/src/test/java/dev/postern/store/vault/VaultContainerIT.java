package dev.postern.store.vault;

import dev.postern.SecretFields;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCapabilities;
import dev.postern.store.contract.SecretStoreContract;
import dev.postern.store.contract.StoreFixture;
import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIf;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * The kit against Vault's own image, with no more rights than {@code deploy/policies} gives the
 * rotator, so that the strict server and its reading of policies are held to the truth. Skipped,
 * and counted as such, where there is no Docker engine. It was written where there was none: its
 * set-up has not been run yet.
 */
@EnabledIf(value = "dockerIsThere", disabledReason = "no Docker engine: no real Vault to ask")
final class VaultContainerIT extends SecretStoreContract {
  private static final int PORT = 8200;
  private static final String ROOT = "root-of-the-container-test";
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static GenericContainer<?> server;

  static boolean dockerIsThere() {
    return DockerClientFactory.instance().isDockerAvailable();
  }

  @BeforeAll
  static void start() throws IOException {
    server =
        new GenericContainer<>(DockerImageName.parse("hashicorp/vault:1.20"))
            .withEnv("VAULT_DEV_ROOT_TOKEN_ID", ROOT)
            .withExposedPorts(PORT)
            .waitingFor(Wait.forHttp("/v1/sys/health").forPort(PORT));
    server.start();
    String policy = Files.readString(VaultScene.POLICIES.resolve("vault-rotator.hcl"));
    person("sys/policies/acl/rotator", new JsonObject().add("policy", policy));
    // So that a write without check-and-set is refused, as by the strict server.
    person("secret/config", new JsonObject().add("cas_required", true));
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.stop();
    }
  }

  @Override
  protected StoreFixture newFixture() {
    JsonObject wish = new JsonObject().add("policies", Json.array("rotator"));
    String token =
        person("auth/token/create", wish).get("auth").asObject().getString("client_token");
    return new RealFixture(address(), token);
  }

  private static URI address() {
    return URI.create("http://" + server.getHost() + ":" + server.getMappedPort(PORT));
  }

  /** What a person with all rights does. */
  private static JsonObject person(String path, JsonObject body) {
    HttpResponse<String> answer = send("POST", path, body.toString());
    if (answer.statusCode() >= 300) {
      throw new IllegalStateException(path + " was answered with status " + answer.statusCode());
    }
    return answer.body().isEmpty() ? new JsonObject() : Json.parse(answer.body()).asObject();
  }

  private static HttpResponse<String> send(String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(address().resolve("/v1/" + path))
            .header("X-Vault-Token", ROOT)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static final class RealFixture implements StoreFixture {
    private final URI address;
    private final String token;

    RealFixture(URI address, String token) {
      this.address = address;
      this.token = token;
    }

    @Override
    public String name() {
      return "vault";
    }

    @Override
    public StoreCapabilities capabilities() {
      return new StoreCapabilities(true, true, true, true, 9);
    }

    @Override
    public SecretPath unusedPath() {
      return new SecretPath("mail/secret " + UUID.randomUUID());
    }

    @Override
    public void seed(SecretPath path, SecretFields fields) {
      JsonObject members = new JsonObject();
      fields
          .names()
          .forEach(name -> members.add(name, fields.field(name).orElseThrow().exposeUtf8()));
      String place = new KvPath(path.value()).encoded();
      HttpResponse<String> metadata = send("GET", "secret/metadata/" + place, "");
      int newest =
          metadata.statusCode() == 404
              ? 0
              : Json.parse(metadata.body())
                  .asObject()
                  .get("data")
                  .asObject()
                  .getInt("current_version", 0);
      person(
          "secret/data/" + place,
          new JsonObject()
              .add("options", new JsonObject().add("cas", newest))
              .add("data", members));
    }

    @Override
    public SecretStore open() {
      return VaultScene.open(VaultScene.config(address, VaultScene.byVariable()), token);
    }

    @Override
    public Opening denied() {
      return new Opening.Possible(
          () ->
              VaultScene.open(
                  VaultScene.config(address, VaultScene.byVariable()), "hvs.of-nobody"));
    }

    @Override
    public Opening unreachable() {
      return new Opening.Possible(
          () ->
              VaultScene.open(
                  VaultScene.config(URI.create("http://127.0.0.1:1"), VaultScene.byVariable()),
                  token));
    }

    @Override
    public void close() {}
  }
}
