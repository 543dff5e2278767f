package dev.postern.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.checkup.Check;
import dev.postern.checkup.Finding;
import dev.postern.checkup.Finding.Outcome;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCheckup;
import dev.postern.store.StoreCheckup.Use;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the store says of its file and its folder. */
final class LocalCheckupTest {
  @TempDir private Path directory;

  @Test
  void storeThatCanBeRotatedIsReadAndLeftAsItIs() throws IOException {
    LocalStoreScene scene = LocalStoreScene.in(directory);
    scene.put("api_key", LocalStoreScene.SECRET);
    byte[] before = Files.readAllBytes(scene.file());

    List<Finding> findings = examine(scene, LocalStoreScene.PATH, Use.ROTATE);

    assertThat(findings).hasSize(2).allMatch(finding -> finding.outcome() == Outcome.OK);
    assertThat(findings.toString()).doesNotContain(LocalStoreScene.SECRET);
    assertThat(Files.readAllBytes(scene.file())).isEqualTo(before);
  }

  @Test
  void readerNeedsNoRightToWrite() {
    LocalStoreScene scene = LocalStoreScene.in(directory);
    scene.put("api_key", LocalStoreScene.SECRET);

    assertThat(examine(scene, LocalStoreScene.PATH, Use.SERVE)).hasSize(1);
  }

  @Test
  void missingPathIsNamedWithTheCommandThatFillsIt() {
    LocalStoreScene scene = LocalStoreScene.in(directory);

    Finding read = examine(scene, new SecretPath("mail/none"), Use.SERVE).getFirst();

    assertThat(read.outcome()).isEqualTo(Outcome.FAIL);
    assertThat(read.advice()).contains("postern local put mail/none");
  }

  @Test
  void fileThatOthersMayReadIsWarnedOf() throws IOException {
    LocalStoreScene scene = LocalStoreScene.in(directory);
    scene.put("api_key", LocalStoreScene.SECRET);
    Files.setPosixFilePermissions(scene.file(), PosixFilePermissions.fromString("rw-r--r--"));

    Finding read = examine(scene, LocalStoreScene.PATH, Use.SERVE).getFirst();

    assertThat(read.outcome()).isEqualTo(Outcome.WARN);
    assertThat(read.advice()).contains("chmod 600 " + scene.file());
  }

  private static List<Finding> examine(LocalStoreScene scene, SecretPath path, Use use) {
    try (SecretStore store = scene.open()) {
      return ((StoreCheckup) store)
          .checks(path, use).stream().map(Check::look).map(look -> look.get()).toList();
    }
  }
}
