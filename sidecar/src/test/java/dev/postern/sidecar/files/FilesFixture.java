package dev.postern.sidecar.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.postern.SecretBytes;
import dev.postern.SecretName;
import dev.postern.sidecar.config.FileConfig.Folder;
import dev.postern.sidecar.server.AccessPolicy;
import dev.postern.sidecar.templates.Rendered;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A directory with files of one secret, and a look into it. */
final class FilesFixture {
  static final SecretName SECRET = new SecretName("sending-key");

  private FilesFixture() {}

  static SecretDirectory directory(Path path, String... names) {
    return directory(path, Folder.PRIVATE, names);
  }

  static SecretDirectory directory(Path path, Folder folder, String... names) {
    return new SecretDirectory(
        path, guard(folder), Map.of(SECRET, VersionNames.DATA), Set.of(names));
  }

  static DirectoryGuard guard(Folder folder) {
    return new DirectoryGuard(AccessPolicy.uidOfThisProcess(), folder);
  }

  static Bundle bundle(Path path, String... names) {
    return new Bundle(directory(path, names), SECRET);
  }

  /** Puts name, content, name, content and so on in place, with mode 0440. */
  static Path put(Bundle bundle, String... contents) throws FileProblem {
    return putWith(bundle, "r--r-----", contents);
  }

  static Path putWith(Bundle bundle, String mode, String... contents) throws FileProblem {
    List<FileEntry> entries = new ArrayList<>();
    try {
      for (int i = 0; i < contents.length; i += 2) {
        entries.add(entry(contents[i], contents[i + 1], mode));
      }
      return bundle.put(entries);
    } finally {
      entries.forEach(entry -> entry.content().close());
    }
  }

  private static FileEntry entry(String name, String content, String mode) {
    try (SecretBytes value = SecretBytes.copyOf(content.getBytes(UTF_8))) {
      return new FileEntry(
          name,
          Rendered.raw(value),
          PosixFilePermissions.fromString(mode),
          Optional.empty(),
          Optional.empty());
    }
  }

  /** What is in a directory, links and hidden names and all that is below. */
  static Set<String> names(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> !file.equals(directory))
          .map(file -> directory.relativize(file).toString())
          .map(name -> name.replaceAll("[0-9a-f]{32}", "ID"))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All bytes of all files below, each once, as text. */
  static String everything(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      StringBuilder text = new StringBuilder();
      for (Path file : files.filter(one -> Files.isRegularFile(one, NOFOLLOW_LINKS)).toList()) {
        text.append(Files.readString(file));
      }
      return text.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
