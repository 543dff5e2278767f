package dev.postern.store.aws;

import dev.postern.SecretFields;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCapabilities;
import dev.postern.store.contract.SecretStoreContract;
import dev.postern.store.contract.StoreFixture;
import dev.postern.store.fields.FieldText;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

/**
 * The kit against LocalStack, where a Docker engine is. Written on a machine without one: its
 * set-up has not been tried yet.
 */
@EnabledIf(value = "dockerIsHere", disabledReason = "no Docker engine is here")
final class AwsContainerIT extends SecretStoreContract {
  private static final int PORT = 4566;
  @TempDir private static Path directory;
  private static GenericContainer<?> server;

  static boolean dockerIsHere() {
    return DockerClientFactory.instance().isDockerAvailable();
  }

  @BeforeAll
  static void start() {
    Surroundings.profiles(directory);
    server =
        new GenericContainer<>(DockerImageName.parse("localstack/localstack:4"))
            .withEnv("SERVICES", "secretsmanager")
            .withExposedPorts(PORT)
            .waitingFor(Wait.forHttp("/_localstack/health").forPort(PORT));
    server.start();
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.stop();
    }
  }

  @Override
  protected StoreFixture newFixture() {
    URI endpoint = URI.create("http://" + server.getHost() + ":" + server.getMappedPort(PORT));
    return new ServerFixture(endpoint, AwsClients.open(config(endpoint)));
  }

  private static AwsConfig config(URI endpoint) {
    return new AwsConfig(
        "aws",
        Optional.of("eu-west-1"),
        Optional.of(Surroundings.ROTATOR),
        Optional.of(endpoint),
        Optional.empty(),
        false,
        false,
        Surroundings.TIMEOUT);
  }

  private record ServerFixture(URI endpoint, AwsClients person) implements StoreFixture {

    @Override
    public String name() {
      return "aws";
    }

    @Override
    public StoreCapabilities capabilities() {
      return new StoreCapabilities(true, true, true, true, 1, Duration.ofMinutes(10));
    }

    @Override
    public SecretPath unusedPath() {
      return new SecretPath("mail/" + UUID.randomUUID() + "/key");
    }

    @Override
    public void seed(SecretPath path, SecretFields fields) {
      String text = new String(FieldText.write(path, fields), StandardCharsets.UTF_8);
      SecretsManagerClient secrets = person.secrets();
      try {
        secrets.putSecretValue(request -> request.secretId(path.value()).secretString(text));
      } catch (ResourceNotFoundException fresh) {
        secrets.createSecret(request -> request.name(path.value()).secretString(text));
      }
    }

    @Override
    public SecretStore open() {
      return AwsStoreFactory.open(config(endpoint));
    }

    @Override
    public Opening denied() {
      return new Opening.Impossible("LocalStack takes any credentials");
    }

    @Override
    public Opening unreachable() {
      return new Opening.Possible(
          () -> AwsStoreFactory.open(config(URI.create("http://127.0.0.1:1"))));
    }

    @Override
    public void close() {
      person.close();
    }
  }
}
