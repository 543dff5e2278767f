package dev.postern.sidecar.files;

import static dev.postern.sidecar.files.FilesFixture.bundle;
import static dev.postern.sidecar.files.FilesFixture.everything;
import static dev.postern.sidecar.files.FilesFixture.names;
import static dev.postern.sidecar.files.FilesFixture.put;
import static dev.postern.sidecar.files.FilesFixture.putWith;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.SecretName;
import dev.postern.sidecar.config.FileConfig.Folder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is on the disk before, while and after files are put in place, and what is refused. */
final class BundleTest {
  @TempDir private Path temporary;
  private Path directory = Path.of("");
  private Bundle bundle = bundle(directory);

  @BeforeEach
  void make() throws IOException {
    directory = Files.createDirectory(temporary.resolve("secrets"));
    bundle = bundle(directory, "a", "b");
  }

  @Test
  void filesAreLinksIntoOneDirectoryPerVersion() throws Exception {
    put(bundle, "a", "one", "b", "uno");

    assertThat(names(directory))
        .containsExactlyInAnyOrder(
            "a",
            "b",
            "..data",
            "..postern-sending-key.ID",
            "..postern-sending-key.ID/a",
            "..postern-sending-key.ID/b");
    assertThat(Files.readSymbolicLink(directory.resolve("a"))).isEqualTo(Path.of("..data/a"));
    assertThat(Files.readString(directory.resolve("a"))).isEqualTo("one");
    assertThat(Files.readString(directory.resolve("b"))).isEqualTo("uno");
  }

  @Test
  void nothingOfAnOldVersionIsLeft() throws Exception {
    put(bundle, "a", "canary", "b", "canary too");
    put(bundle, "a", "two", "b", "dos");

    assertThat(names(directory)).hasSize(6);
    assertThat(everything(directory)).doesNotContain("canary").contains("two", "dos");
  }

  @Test
  void modeHoldsWhateverTheUmaskAndTheDirectoryIsPassedThroughOnly() throws Exception {
    Path version = putWith(bundle, "rw-rw----", "a", "one");

    assertThat(permissions(version.resolve("a"))).isEqualTo("rw-rw----");
    assertThat(permissions(version)).isEqualTo("rwx--x--x");
  }

  @Test
  void fileIsOutOfReachOfOthersUntilItsModeIsRight() throws Exception {
    List<String> seen = new ArrayList<>();
    Bundle watched =
        new Bundle(
            FilesFixture.directory(directory, "a"),
            FilesFixture.SECRET,
            Durability.SYNCED,
            step -> {
              if (step == SwapStep.DIRECTORY_MADE || step == SwapStep.FILE_WRITTEN) {
                seen.add(permissions(onlyVersion()));
              }
            });

    put(watched, "a", "one");

    assertThat(seen).containsExactly("rwx------", "rwx------");
  }

  private Path onlyVersion() {
    try (var files = Files.newDirectoryStream(directory, "..postern-*")) {
      return files.iterator().next();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void sameContentIsNotWrittenAgain() throws Exception {
    Path first = put(bundle, "a", "one", "b", "uno");
    Bundle.mark(first, "hook");

    assertThat(put(bundle(directory, "a", "b"), "a", "one", "b", "uno")).isEqualTo(first);
    assertThat(Bundle.isMarked(first, "hook")).isTrue();
  }

  @Test
  void changedContentModeOrSetOfFilesIsWritten() throws Exception {
    Path first = put(bundle, "a", "one");
    Path second = put(bundle, "a", "onE");
    Path third = putWith(bundle, "r--------", "a", "onE");
    Path fourth = putWith(bundle, "r--------", "a", "onE", "b", "uno");

    assertThat(Set.of(first, second, third, fourth)).hasSize(4);
    assertThat(Bundle.isMarked(fourth, "hook")).isFalse();
  }

  @Test
  void whatAPersonChangedByHandIsPutRight() throws Exception {
    Path first = put(bundle, "a", "one");
    Files.delete(first.resolve("a"));
    Files.writeString(first.resolve("a"), "two");

    assertThat(put(bundle, "a", "one")).isNotEqualTo(first);
    assertThat(Files.readString(directory.resolve("a"))).isEqualTo("one");
  }

  @Test
  void fileThatTheConfigNoLongerHasIsRemoved() throws Exception {
    put(bundle, "a", "one", "b", "canary");

    put(bundle(directory, "a"), "a", "one");

    assertThat(names(directory)).doesNotContain("b");
    assertThat(everything(directory)).isEqualTo("one");
  }

  @Test
  void litterOfACrashIsRemovedAndWhatIsNotOursIsNot() throws Exception {
    put(bundle, "a", "one");
    Path litter =
        Files.createDirectory(directory.resolve("..postern-sending-key." + "0".repeat(32)));
    Files.writeString(litter.resolve("a"), "canary");
    Files.createSymbolicLink(directory.resolve("..next-..data"), litter.getFileName());
    Files.writeString(directory.resolve("README"), "not ours");
    Files.createSymbolicLink(directory.resolve("elsewhere"), Path.of("README"));

    FilesFixture.directory(directory, "a", "b").clean();

    assertThat(names(directory))
        .containsExactlyInAnyOrder(
            "a",
            "..data",
            "..postern-sending-key.ID",
            "..postern-sending-key.ID/a",
            "README",
            "elsewhere");
    assertThat(everything(directory)).doesNotContain("canary");
  }

  @Test
  void twoSecretsInOneDirectoryDoNotTouchEachOther() throws Exception {
    SecretName other = new SecretName("sending-key.b");
    SecretDirectory shared =
        new SecretDirectory(
            directory,
            FilesFixture.guard(Folder.PRIVATE),
            Map.of(FilesFixture.SECRET, "..data-one", other, "..data-other"),
            Set.of("a", "b"));
    put(new Bundle(shared, FilesFixture.SECRET), "a", "one");
    Path untouched = put(new Bundle(shared, other), "b", "uno");

    put(new Bundle(shared, FilesFixture.SECRET), "a", "two");

    assertThat(Files.readString(directory.resolve("a"))).isEqualTo("two");
    assertThat(Files.readString(directory.resolve("b"))).isEqualTo("uno");
    assertThat(untouched).exists();
  }

  @Test
  void filesStayReadableWhenASecondSecretComesIntoTheDirectory() throws Exception {
    put(bundle, "a", "one");
    SecretName other = new SecretName("other");
    SecretDirectory shared =
        new SecretDirectory(
            directory,
            FilesFixture.guard(Folder.PRIVATE),
            Map.of(FilesFixture.SECRET, "..data-sending-key", other, "..data-other"),
            Set.of("a", "b"));
    shared.clean();
    assertThat(Files.readString(directory.resolve("a"))).isEqualTo("one");

    put(new Bundle(shared, other), "b", "uno");
    assertThat(Files.readString(directory.resolve("a"))).isEqualTo("one");
    put(new Bundle(shared, FilesFixture.SECRET), "a", "one");

    assertThat(Files.readString(directory.resolve("a"))).isEqualTo("one");
    assertThat(names(directory))
        .containsExactlyInAnyOrder(
            "a",
            "b",
            "..data-sending-key",
            "..data-other",
            "..postern-sending-key.ID",
            "..postern-sending-key.ID/a",
            "..postern-other.ID",
            "..postern-other.ID/b");
  }

  @Test
  void linkToElsewhereIsRefused() throws Exception {
    Path elsewhere = Files.writeString(temporary.resolve("elsewhere"), "kept");
    Files.createSymbolicLink(directory.resolve("a"), elsewhere);

    refused("is a link to elsewhere: remove it");
    assertThat(Files.readString(elsewhere)).isEqualTo("kept");
  }

  @Test
  void fileThatIsThereAlreadyIsNotReplaced() throws Exception {
    Files.writeString(directory.resolve("a"), "kept");

    refused("is there already and was not made by Postern: move it away");
    assertThat(Files.readString(directory.resolve("a"))).isEqualTo("kept");
  }

  @Test
  void directoryOfTheKubeletIsRefused() throws Exception {
    Files.createSymbolicLink(directory.resolve("..data"), Path.of("..2026_01_02"));

    refused("was made by another program (the kubelet?): choose another directory");
  }

  @Test
  void directoryThatIsMissingOrAFileIsRefused() throws Exception {
    Files.delete(directory);
    refused("there is no directory " + directory + ": make it, with mode 0755");
    Files.writeString(directory, "a file");
    refused(directory + " is not a directory");
  }

  @Test
  void directoryThatOthersCanWriteIsRefusedEvenWhenSticky() throws Exception {
    for (String mode : List.of("rwxrwxr-x", "rwxr-xrwx", "rwxrwxrwx")) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(mode));
      refused("can be written by others, who could exchange the files: chmod go-w it");
    }
    Files.setAttribute(directory, "unix:mode", 01777);
    refused("can be written by others, who could exchange the files: chmod go-w it");
  }

  @Test
  void ancestorThatOthersCanWriteIsRefusedUnlessItIsSticky() throws Exception {
    Path between = Files.createDirectory(temporary.resolve("between"));
    directory = Files.createDirectory(between.resolve("secrets"));
    bundle = bundle(directory, "a", "b");
    Files.setPosixFilePermissions(between, PosixFilePermissions.fromString("rwxrwxrwx"));
    refused(between + " can be written by others");

    Files.setAttribute(between, "unix:mode", 01777);
    put(bundle, "a", "one");
  }

  @Test
  void directoryReachedThroughALinkThatOthersCanExchangeIsRefused() throws Exception {
    Path between = Files.createDirectory(temporary.resolve("between"));
    Path link = Files.createSymbolicLink(between.resolve("link"), directory);
    put(bundle(link, "a"), "a", "one");
    Files.setPosixFilePermissions(between, PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThatThrownBy(() -> put(bundle(link, "a"), "a", "two"))
        .isInstanceOf(FileProblem.class)
        .hasMessageContaining(between + " can be written by others");
  }

  @Test
  void problemNeverShowsTheContent() throws Exception {
    Files.delete(directory);

    assertThatThrownBy(() -> put(bundle, "a", "canary"))
        .hasMessageNotContaining("canary")
        .hasNoCause();
  }

  private void refused(String message) {
    assertThatThrownBy(() -> put(bundle, "a", "one", "b", "uno"))
        .isInstanceOf(FileProblem.class)
        .hasMessageContaining(message);
  }

  private static String permissions(Path file) {
    try {
      return PosixFilePermissions.toString(
          Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
