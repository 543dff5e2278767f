package dev.postern.store.local;

import dev.postern.store.SecretStore;
import dev.postern.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/** Makes and opens the embedded store. */
public final class LocalStoreFactory {
  private LocalStoreFactory() {}

  /**
   * Opens a store that {@link #init} made, and proves that it can be read.
   *
   * @throws StoreException.NotFound when the store or the identity file is missing
   * @throws StoreException.Denied when the identity is readable to others, or is the wrong one
   * @throws StoreException.Malformed when either file is damaged, or of a newer Postern
   */
  public static SecretStore open(LocalConfig config) {
    return open(config, DurableReplace.NOBODY);
  }

  /** Loads what decryption is made of, which takes the JDK long; may be done beforehand. */
  public static void prepare() {
    AgeCipher.prepare();
  }

  static SecretStore open(LocalConfig config, DurableReplace.Observer observer) {
    return new LocalStore(config.name(), LocalFile.open(config, observer), InstantSource.system());
  }

  /**
   * Makes an identity and an empty store, both readable to their owner alone. An identity that
   * exists is used as it is.
   *
   * @throws StoreException.Conflict when the store exists; nothing was changed
   */
  public static void init(LocalConfig config) {
    // First of all: an identity made for a store that exists could not decrypt it.
    if (Files.exists(config.file())) {
      throw LocalErrors.alreadyThere("local store", config.file());
    }
    makeParent(config.identity());
    makeParent(config.file());
    if (!Files.exists(config.identity())) {
      AgeIdentity.create(config.identity(), InstantSource.system().instant());
    }
    LocalFile.create(config);
  }

  private static void makeParent(Path file) {
    Path directory = file.getParent();
    try {
      if (directory != null) {
        Files.createDirectories(directory, FileOwner.PRIVATE_DIRECTORY);
      }
    } catch (IOException e) {
      throw LocalErrors.writing("directory of", file, e);
    }
  }
}
