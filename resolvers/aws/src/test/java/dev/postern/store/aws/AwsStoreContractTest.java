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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

final class AwsStoreContractTest extends SecretStoreContract {
  @TempDir private static Path directory;

  @BeforeAll
  static void writeProfiles() {
    Surroundings.profiles(directory);
  }

  @Override
  protected StoreFixture newFixture() {
    return new AwsFixture(Surroundings.fake());
  }

  private static final class AwsFixture implements StoreFixture {
    private final FakeSecretsManager fake;
    private int paths;

    AwsFixture(FakeSecretsManager fake) {
      this.fake = fake;
    }

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
      return new SecretPath("mail/secret-no-" + ++paths);
    }

    @Override
    public void seed(SecretPath path, SecretFields fields) {
      fake.seed(path.value(), new String(FieldText.write(path, fields), StandardCharsets.UTF_8));
    }

    @Override
    public SecretStore open() {
      return AwsStoreFactory.open(Surroundings.config(fake, Surroundings.ROTATOR));
    }

    @Override
    public Opening denied() {
      return new Opening.Possible(
          () -> AwsStoreFactory.open(Surroundings.config(fake, Surroundings.STRANGER)));
    }

    @Override
    public Opening unreachable() {
      AwsConfig config =
          new AwsConfig(
              name(),
              Optional.of(fake.region()),
              Optional.of(Surroundings.ROTATOR),
              Optional.of(URI.create("http://127.0.0.1:1")),
              Optional.empty(),
              false,
              false,
              Surroundings.TIMEOUT);
      return new Opening.Possible(() -> AwsStoreFactory.open(config));
    }

    @Override
    public void close() {
      fake.close();
    }
  }
}
