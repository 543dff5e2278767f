package dev.postern.store.local;

import dev.postern.checkup.Check;
import dev.postern.checkup.Finding;
import dev.postern.checkup.Finding.Outcome;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCheckup;
import dev.postern.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The store's file and its folder. That the identity is nobody else's and decrypts the file,
 * opening the store has proven.
 */
final class LocalCheckup {
  private final LocalConfig config;
  private final SecretStore store;

  LocalCheckup(LocalConfig config, SecretStore store) {
    this.config = config;
    this.store = store;
  }

  List<Check> checks(SecretPath path, StoreCheckup.Use use) {
    List<Check> checks = new ArrayList<>();
    checks.add(Check.of("read " + path, () -> value(path)));
    if (use == StoreCheckup.Use.ROTATE) {
      checks.add(Check.of("write " + path, this::folder));
    }
    return checks;
  }

  private Finding value(SecretPath path) {
    try {
      store.readCurrent(path).close();
      return FileOwner.isOpenToOthers(config.file())
          ? Finding.warn(
              "it can be read, and its encrypted file is open to other users",
              "run: chmod 600 " + config.file())
          : Finding.ok("it can be read, and the file is the owner's alone");
    } catch (StoreException e) {
      return Finding.saying(e.isTransient() ? Outcome.UNREACHABLE : Outcome.FAIL, e.getMessage());
    } catch (IOException e) {
      return Finding.fail("the mode of " + config.file() + " cannot be read", "");
    }
  }

  /** A write replaces the file, under a lock beside it: the folder decides, not the file. */
  private Finding folder() {
    try {
      Path real = config.file().toRealPath();
      Path folder = real.resolveSibling("");
      Path lock = StoreLock.fileOf(real);
      if (!Files.isWritable(folder)) {
        return Finding.fail(
            "this user may not write in " + folder, "make the folder writable to the agent's user");
      }
      return Files.exists(lock) && !Files.isWritable(lock)
          ? Finding.fail(
              "this user may not write " + lock, "give it the owner of " + real.getFileName())
          : Finding.ok("its file can be replaced in " + folder);
    } catch (IOException e) {
      return Finding.fail("the folder of " + config.file() + " cannot be read", "");
    }
  }
}
