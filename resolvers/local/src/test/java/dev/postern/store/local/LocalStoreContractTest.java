package dev.postern.store.local;

import dev.postern.SecretFields;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCapabilities;
import dev.postern.store.contract.SecretStoreContract;
import dev.postern.store.contract.StoreFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.io.TempDir;

final class LocalStoreContractTest extends SecretStoreContract {
  @TempDir private Path directory;

  @Override
  protected StoreFixture newFixture() {
    return new LocalFixture(directory);
  }

  private static final class LocalFixture implements StoreFixture {
    private final Path directory;
    private final LocalConfig config;
    private int paths;

    LocalFixture(Path directory) {
      this.directory = directory;
      this.config = config("store.age", "identity.txt");
      LocalStoreFactory.init(config);
    }

    @Override
    public String name() {
      return "local";
    }

    @Override
    public StoreCapabilities capabilities() {
      return new StoreCapabilities(true, true, true, true, 3);
    }

    @Override
    public SecretPath unusedPath() {
      return new SecretPath("mail/secret " + ++paths);
    }

    /** In one step, as the kit's secrets have several fields and {@code local put} takes one. */
    @Override
    public void seed(SecretPath path, SecretFields fields) {
      try (LocalFile file = LocalFile.open(config, DurableReplace.NOBODY)) {
        file.update(
            document -> {
              document
                  .find(path)
                  .ifPresentOrElse(
                      secret -> secret.replaceCurrent(fields.copy(), Instant.now()),
                      () -> document.add(path, LocalSecret.first(fields.copy(), Instant.now())));
              return LocalFile.Outcome.changed(path);
            });
      }
    }

    @Override
    public SecretStore open() {
      return LocalStoreFactory.open(config);
    }

    @Override
    public Opening denied() {
      Path stranger = directory.resolve("stranger.txt");
      if (!Files.exists(stranger)) {
        AgeIdentity.create(stranger, Instant.now());
      }
      return new Opening.Possible(
          () -> LocalStoreFactory.open(config("store.age", "stranger.txt")));
    }

    @Override
    public Opening unreachable() {
      try {
        Files.createDirectories(directory.resolve("not-a-file"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new Opening.Possible(
          () -> LocalStoreFactory.open(config("not-a-file", "identity.txt")));
    }

    @Override
    public void close() {}

    private LocalConfig config(String file, String identity) {
      return new LocalConfig(name(), directory.resolve(file), directory.resolve(identity));
    }
  }
}
