package dev.postern.store.conjur;

import dev.postern.SecretFields;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCapabilities;
import dev.postern.store.contract.SecretStoreContract;
import dev.postern.store.contract.StoreFixture;
import dev.postern.store.fields.FieldText;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;

/**
 * The kit against Conjur's own image, so that the strict server is held to the truth. Skipped, and
 * counted as such, where there is no Docker engine. It was written where there was none, and so has
 * not been run; what the strict server does was observed on a real one by hand.
 */
@EnabledIf(value = "dockerIsThere", disabledReason = "no Docker engine: no real Conjur to ask")
final class ConjurContainerIT extends SecretStoreContract {
  private static @Nullable RealConjur conjur;

  @TempDir private Path directory;

  static boolean dockerIsThere() {
    return DockerClientFactory.instance().isDockerAvailable();
  }

  @AfterAll
  static void stop() {
    if (conjur != null) {
      conjur.close();
    }
  }

  @Override
  protected StoreFixture newFixture() throws Exception {
    RealConjur running = conjur;
    if (running == null) {
      running = new RealConjur();
      conjur = running;
    }
    return new RealFixture(running, directory);
  }

  private static final class RealFixture implements StoreFixture {
    private final RealConjur conjur;
    private final Path directory;

    RealFixture(RealConjur conjur, Path directory) {
      this.conjur = conjur;
      this.directory = directory;
    }

    @Override
    public String name() {
      return "conjur";
    }

    @Override
    public StoreCapabilities capabilities() {
      return new StoreCapabilities(true, true, false, true, 19);
    }

    @Override
    public SecretPath unusedPath() {
      return new SecretPath("mail/secret-" + System.nanoTime());
    }

    @Override
    public void seed(SecretPath path, SecretFields fields) {
      conjur.loadDelivered(path.value().substring("mail/".length()));
      conjur.write(path.value(), FieldText.write(path, fields));
    }

    @Override
    public SecretStore open() {
      return open(conjur.url(), ConjurFixture.ROTATOR);
    }

    @Override
    public Opening denied() {
      return new Opening.Possible(() -> open(conjur.url(), "host/postern/stranger"));
    }

    @Override
    public Opening unreachable() {
      return new Opening.Possible(
          () -> open(URI.create("https://127.0.0.1:1"), ConjurFixture.ROTATOR));
    }

    private SecretStore open(URI url, String host) {
      return ConjurStoreFactory.open(
          new ConjurConfig(
              name(),
              url,
              RealConjur.ACCOUNT,
              new ConjurLogin.ApiKey(
                  host, new ConjurLogin.KeySource.File(conjur.writeKey(directory, host))),
              Optional.of(conjur.writeCa(directory)),
              ConjurFixture.SIBLINGS,
              Duration.ofSeconds(30)));
    }

    @Override
    public void close() {}
  }
}
