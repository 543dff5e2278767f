package dev.postern.store.local;

import static dev.postern.store.local.LocalStoreScene.PATH;
import static dev.postern.store.local.LocalStoreScene.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.RotationId;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files: modes, refusals, links, and what is on the disk. */
final class LocalStoreFilesTest {
  @TempDir private Path directory;

  @Test
  void everyFileIsReadableToItsOwnerAlone() throws IOException {
    LocalStoreScene scene = LocalStoreScene.in(directory.resolve("new/folder"));
    scene.put("api_key", SECRET);
    Path folder = directory.resolve("new/folder");
    assertThat(mode(folder)).isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.toList())
          .extracting(file -> file.getFileName() + " " + mode(file))
          .containsExactlyInAnyOrder(
              "store.age rw-------", "store.age.lock rw-------", "identity.txt rw-------");
    }
  }

  @Test
  void noFileHoldsTheValueInPlainText() throws IOException {
    LocalStoreScene scene = LocalStoreScene.in(directory);
    scene.put("api_key", SECRET);
    assertThat(scene.current("api_key")).isEqualTo(SECRET);
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain(SECRET);
      }
    }
  }

  @Test
  void initOverwritesNeitherFile() throws IOException {
    LocalStoreScene scene = LocalStoreScene.in(directory);
    byte[] store = Files.readAllBytes(scene.file());
    byte[] identity = Files.readAllBytes(scene.identity());
    assertThatExceptionOfType(StoreException.Conflict.class)
        .isThrownBy(() -> LocalStoreFactory.init(scene.config))
        .withMessageContaining("never overwritten");
    assertThat(Files.readAllBytes(scene.file())).isEqualTo(store);
    Files.delete(scene.file());
    LocalStoreFactory.init(scene.config);
    assertThat(Files.readAllBytes(scene.identity())).as("used as it is").isEqualTo(identity);
    scene.open().close();
  }

  @Test
  void initMakesNoIdentityForAStoreThatExists() throws IOException {
    LocalStoreScene scene = LocalStoreScene.in(directory);
    Files.delete(scene.identity());
    assertThatExceptionOfType(StoreException.Conflict.class)
        .isThrownBy(() -> LocalStoreFactory.init(scene.config));
    assertThat(scene.identity()).doesNotExist();
  }

  @Test
  void identityThatOthersMayReadIsRefused() throws IOException {
    LocalStoreScene scene = LocalStoreScene.in(directory);
    for (String open : Set.of("rw-r-----", "rw----r--", "rw-rw-rw-", "rw--w----")) {
      Files.setPosixFilePermissions(scene.identity(), PosixFilePermissions.fromString(open));
      assertThatExceptionOfType(StoreException.Denied.class)
          .isThrownBy(scene::open)
          .withMessageContaining("chmod 600 " + scene.identity());
    }
    Files.setPosixFilePermissions(scene.identity(), PosixFilePermissions.fromString("r--------"));
    scene.open().close();
  }

  @Test
  void identityOfAnotherUserIsRefused() {
    Path file = directory.resolve("identity.txt");
    assertThatExceptionOfType(StoreException.Denied.class)
        .isThrownBy(() -> AgeIdentity.checkPrivate(file, 1001, 1000, false))
        .withMessageContaining("chown 1000 " + file);
    AgeIdentity.checkPrivate(file, 1000, 1000, false);
    AgeIdentity.checkPrivate(file, 0, 1000, false);
  }

  @Test
  void missingFilesNameTheCommandThatMakesThem() throws IOException {
    LocalStoreScene nothing = LocalStoreScene.at(directory);
    assertThatExceptionOfType(StoreException.NotFound.class)
        .isThrownBy(nothing::open)
        .withMessageContaining("identity.txt")
        .withMessageContaining("postern local init");
    LocalStoreScene scene = LocalStoreScene.in(directory);
    Files.delete(scene.file());
    assertThatExceptionOfType(StoreException.NotFound.class)
        .isThrownBy(scene::open)
        .withMessageContaining("store.age")
        .withMessageContaining("postern local init");
  }

  @Test
  void damagedIdentityIsMalformedAndNotShown() throws IOException {
    LocalStoreScene scene = LocalStoreScene.in(directory);
    String good = Files.readString(scene.identity());
    String key = good.lines().filter(line -> line.startsWith("AGE-")).findFirst().orElseThrow();
    for (String bad :
        Set.of(
            "# only a comment\n",
            "",
            good + key + "\n",
            good.replace(key, key.substring(0, key.length() - 1)),
            good.replace(key, key.substring(0, 20) + "b1io" + key.substring(24)),
            good.replace(key, "ssh-ed25519 AAAA"),
            "AGE-SECRET-KEY-1\n")) {
      Files.writeString(scene.identity(), bad);
      assertThatExceptionOfType(StoreException.Malformed.class)
          .isThrownBy(scene::open)
          .satisfies(
              e -> assertThat(String.valueOf(e.getCause())).doesNotContain("AGE-SECRET-KEY-1"))
          .withMessageNotContaining(key.substring(16, 30));
    }
  }

  @Test
  void identityWithCommentsBlankLinesAndWindowsLineEndsIsRead() throws IOException {
    LocalStoreScene scene = LocalStoreScene.in(directory);
    scene.put("api_key", SECRET);
    String text = Files.readString(scene.identity());
    Files.writeString(scene.identity(), "# mine\n\n" + text.replace("\n", "\r\n").strip());
    assertThat(scene.current("api_key")).isEqualTo(SECRET);
  }

  @Test
  void symbolicLinkIsWrittenThrough() throws IOException {
    Path real = directory.resolve("real");
    LocalStoreScene scene = LocalStoreScene.in(real);
    Path link = Files.createSymbolicLink(directory.resolve("store.age"), scene.file());
    LocalConfig linked = new LocalConfig("local", link, scene.identity());
    try (SecretStore store = LocalStoreFactory.open(linked)) {
      scene.put("api_key", SECRET);
      assertThat(store.head(PATH).current()).isEqualTo(new Version("1"));
      flag(store);
    }
    assertThat(link).isSymbolicLink();
    try (SecretStore direct = scene.open()) {
      assertThat(direct.head(PATH).flag()).isPresent();
    }
  }

  @Test
  void leftoverTemporaryFilesOfADeadProcessAreRemovedAtOpenAndOthersAreNot() throws IOException {
    LocalStoreScene scene = LocalStoreScene.in(directory);
    Path ours = Files.createFile(directory.resolve(".store.age.postern-1234.tmp"));
    Path theirs = Files.createFile(directory.resolve(".store.age.swp"));
    Path neighbours = Files.createFile(directory.resolve(".other.age.postern-1234.tmp"));
    scene.open().close();
    assertThat(ours).doesNotExist();
    assertThat(theirs).exists();
    assertThat(neighbours).exists();
  }

  @Test
  void fullDiskIsUnavailableAndLeavesTheFileAndItsReadersAlone() throws IOException {
    LocalStoreScene scene = LocalStoreScene.in(directory);
    scene.put("api_key", "before");
    byte[] content = Files.readAllBytes(scene.file());
    DurableReplace.Observer full =
        step -> {
          if (step == DurableReplace.Step.TEMPORARY_CREATED) {
            throw new IOException("No space left on device");
          }
        };
    try (SecretStore store = LocalStoreFactory.open(scene.config, full);
        SecretFields fields = LocalStoreScene.apiKey(SECRET)) {
      assertThatExceptionOfType(StoreException.Unavailable.class)
          .isThrownBy(() -> store.stage(PATH, RotationId.random(), fields))
          .withMessageContaining("No space left")
          .withMessageNotContaining(SECRET);
      assertThat(store.readPending(PATH)).isEmpty();
    }
    assertThat(Files.readAllBytes(scene.file())).isEqualTo(content);
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.filter(file -> file.toString().endsWith(".tmp"))).isEmpty();
    }
  }

  private static void flag(SecretStore store) {
    store.flagCompromised(PATH, new CompromiseFlag("seen"));
  }

  private static String mode(Path file) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
