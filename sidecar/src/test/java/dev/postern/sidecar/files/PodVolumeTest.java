package dev.postern.sidecar.files;

import static dev.postern.sidecar.files.FilesFixture.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.sidecar.config.FileConfig.Folder;
import dev.postern.sidecar.server.AccessPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files in a folder as Kubernetes makes an emptyDir. */
final class PodVolumeTest {
  private static final int GROUP = 2000;
  private static final int STRANGER = 1234;

  @TempDir private Path temporary;
  private Path volume = Path.of("");
  private Bundle bundle = FilesFixture.bundle(Path.of("/"));

  @BeforeEach
  void make() throws IOException {
    volume = Files.createDirectory(temporary.resolve("volume"));
    Files.setAttribute(volume, "unix:mode", 0777);
    bundle = inPod(volume);
  }

  private static Bundle inPod(Path folder) {
    return new Bundle(FilesFixture.directory(folder, Folder.POD_VOLUME, "a"), FilesFixture.SECRET);
  }

  @Test
  void emptyDirIsRefusedUntilTheConfigSaysWhatItIs() throws Exception {
    assertThatThrownBy(() -> put(FilesFixture.bundle(volume, "a"), "a", "one"))
        .isInstanceOf(FileProblem.class)
        .hasMessageContaining("chmod go-w it, or say folder: pod-volume of an emptyDir that every")
        .hasMessageContaining("other container mounts readOnly");

    put(bundle, "a", "one");
    put(bundle, "a", "two");

    assertThat(Files.readString(volume.resolve("a"))).isEqualTo("two");
    assertThat(FilesFixture.everything(volume)).doesNotContain("one");
  }

  @Test
  void versionIsPrivateFromBirthAndOnlyPassedThroughLater() throws Exception {
    List<String> modes = new ArrayList<>();
    Bundle watched =
        new Bundle(
            FilesFixture.directory(volume, Folder.POD_VOLUME, "a"),
            FilesFixture.SECRET,
            Durability.SYNCED,
            step -> modes.add(step + " " + versionModes()));

    Path version = put(watched, "a", "one");

    assertThat(modes).contains("DIRECTORY_MADE [700]", "FILE_WRITTEN [700]");
    assertThat(mode(version)).isEqualTo("711");
    assertThat(mode(version.resolve("a"))).isEqualTo("440");
  }

  @Test
  void withAnFsGroupTheFilesAreOfThatGroupAndNothingIsOpenedByIt() throws Exception {
    assumeRoot();
    Files.setAttribute(volume, "unix:gid", GROUP);
    Files.setAttribute(volume, "unix:mode", 02777);

    Path version = put(bundle, "a", "one");

    assertThat(Files.getAttribute(version.resolve("a"), "unix:gid")).isEqualTo(GROUP);
    assertThat(mode(version.resolve("a"))).isEqualTo("440");
    assertThat(mode(version)).isEqualTo("711");
    assertThat(put(bundle, "a", "one")).as("nothing changed").isEqualTo(version);
  }

  @Test
  void whatIsAboveItAndWhoseItIsStaysAsStrict() throws Exception {
    Path between = Files.createDirectory(temporary.resolve("between"));
    Path below = Files.createDirectory(between.resolve("below"));
    Files.setPosixFilePermissions(between, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(() -> put(inPod(below), "a", "one"))
        .hasMessageContaining(between + " can be written by others")
        .hasMessageNotContaining("pod-volume");

    Path link = Files.createSymbolicLink(between.resolve("link"), volume);
    assertThatThrownBy(() -> put(inPod(link), "a", "one"))
        .hasMessageContaining(between + " can be written by others");

    assumeRoot();
    Files.setAttribute(volume, "unix:uid", STRANGER);
    assertThatThrownBy(() -> put(bundle, "a", "one"))
        .hasMessageContaining(volume + " belongs to another user");
  }

  @Test
  void versionThatAnotherUserMadeIsNotTakenForOurs() throws Exception {
    assumeRoot();
    Path version = put(bundle, "a", "one");
    Files.setAttribute(version, "unix:uid", STRANGER);

    assertThatThrownBy(() -> put(bundle, "a", "one"))
        .isInstanceOf(FileProblem.class)
        .hasMessageContaining("was made by another user, who must not write there")
        .hasMessageContaining("readOnly");
  }

  @Test
  void linkWithAVersionsNameIsRemovedAndNotFollowed() throws Exception {
    Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
    Path kept = Files.writeString(elsewhere.resolve("kept"), "kept");
    Path planted =
        Files.createSymbolicLink(
            volume.resolve("..postern-sending-key." + "0".repeat(32)), elsewhere);

    put(bundle, "a", "one");

    assertThat(kept).hasContent("kept");
    assertThat(Files.exists(planted, LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  private List<String> versionModes() {
    try (Stream<Path> content = Files.list(volume)) {
      return content
          .filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
          .map(PodVolumeTest::mode)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String mode(Path path) {
    try {
      int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
      return Integer.toOctalString(mode & 07777);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assumeRoot() {
    Assumptions.assumeTrue(AccessPolicy.uidOfThisProcess() == 0, "only root can give files away");
  }
}
