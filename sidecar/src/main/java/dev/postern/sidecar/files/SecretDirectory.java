package dev.postern.sidecar.files;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.postern.SecretName;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A directory with files of one or several secrets, and what may be in it. Writers hold the lock
 * while they change or clean it: whoever cleans must not take another's new version for litter.
 */
final class SecretDirectory {
  private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");

  final ReentrantLock lock = new ReentrantLock();
  private final Path path;
  private final DirectoryGuard guard;
  private final Map<SecretName, String> dataLinks;
  private final Set<String> names;

  /**
   * @param dataLinks each secret's link
   * @param names of all the files that the config has here
   */
  SecretDirectory(
      Path path, DirectoryGuard guard, Map<SecretName, String> dataLinks, Set<String> names) {
    this.path = path;
    this.guard = guard;
    this.dataLinks = Map.copyOf(dataLinks);
    this.names = Set.copyOf(names);
  }

  Path path() {
    return path;
  }

  Path dataLink(SecretName secret) {
    return path.resolve(Optional.ofNullable(dataLinks.get(secret)).orElseThrow());
  }

  /** Its type, when files in it would be on a disk. */
  Optional<String> disk() throws IOException {
    FileStore store = Files.getFileStore(path);
    return IN_MEMORY.contains(store.type()) ? Optional.empty() : Optional.of(store.type());
  }

  /** Refuses a directory that others can change. */
  void check() throws FileProblem {
    guard.check(path);
  }

  /**
   * Refuses to replace what was not made here.
   *
   * @return by which link each of the files that are there is reached
   */
  Map<String, String> checkOwn(SecretName secret, Set<String> visible)
      throws IOException, FileProblem {
    Path data = dataLink(secret);
    if (Files.exists(data, NOFOLLOW_LINKS)
        && target(data).filter(VersionNames::isVersion).isEmpty()) {
      throw new FileProblem(
          data + " was made by another program (the kubelet?): choose another directory");
    }
    Map<String, String> reached = new HashMap<>();
    for (String name : visible) {
      Path file = path.resolve(name);
      try {
        reached.put(
            name,
            dataLinkIn(Files.readSymbolicLink(file), file)
                .orElseThrow(() -> new FileProblem(file + " is a link to elsewhere: remove it")));
      } catch (NotLinkException e) {
        throw new FileProblem(file + " is there already and was not made by Postern: move it away");
      } catch (NoSuchFileException e) {
        // It is to be made.
      }
    }
    return reached;
  }

  /** The version's directory to which the secret's link leads. */
  Optional<Path> current(SecretName secret) throws IOException, FileProblem {
    Optional<Path> version =
        target(dataLink(secret))
            .filter(VersionNames::isVersion)
            .map(path::resolve)
            .filter(there -> Files.isDirectory(there, NOFOLLOW_LINKS));
    if (version.isPresent()) {
      guard.checkOwn(version.get());
    }
    return version;
  }

  /** Makes a file reachable through the secret's link, whichever it was reached through before. */
  void link(SecretName secret, String name) throws IOException {
    Path link = path.resolve(name);
    swap(prepare(link, Path.of(String.valueOf(dataLink(secret).getFileName()), name)), link);
  }

  boolean isOwnLink(SecretName secret, String link) {
    return link.equals(dataLinks.get(secret));
  }

  /** Makes the link that is to replace another; a rename is all that is left to do. */
  Path prepare(Path link, Path target) throws IOException {
    Path next = path.resolve(VersionNames.next(String.valueOf(link.getFileName())));
    Files.deleteIfExists(next);
    return Files.createSymbolicLink(next, target);
  }

  /** One {@code rename(2)}. */
  void swap(Path next, Path link) throws IOException {
    try {
      Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IllegalStateException("two names in one directory", e);
    }
  }

  /**
   * Removes what no configured file needs: links of files that the config no longer has, versions
   * that were replaced, and what a crash left behind.
   */
  void clean() throws IOException {
    List<String> versions = new ArrayList<>();
    List<Path> links = new ArrayList<>();
    List<Path> kept = new ArrayList<>();
    try (DirectoryStream<Path> content = Files.newDirectoryStream(path)) {
      for (Path one : content) {
        String name = String.valueOf(one.getFileName());
        if (VersionNames.isNext(name)) {
          Files.deleteIfExists(one);
        } else if (VersionNames.isVersion(name)) {
          versions.add(name);
        } else if (VersionNames.isDataLink(name)) {
          links.add(one);
        } else if (names.contains(name)) {
          kept.add(one);
        } else if (dataLinkOf(one).map(path::resolve).flatMap(this::quietTarget).isPresent()) {
          Files.deleteIfExists(one);
        }
      }
    }
    Set<String> needed = new HashSet<>(dataLinks.values());
    if (!links.stream().allMatch(link -> needed.contains(String.valueOf(link.getFileName())))) {
      // A link of another config: files that were not replaced since are still reached through it.
      for (Path file : kept) {
        dataLinkOf(file).ifPresent(needed::add);
      }
    }
    Set<String> live = new HashSet<>();
    for (Path link : links) {
      Optional<String> version = quietTarget(link);
      if (version.isPresent() && !needed.contains(String.valueOf(link.getFileName()))) {
        Files.deleteIfExists(link);
      } else {
        version.ifPresent(live::add);
      }
    }
    for (String version : versions) {
      if (!live.contains(version)) {
        remove(path.resolve(version));
      }
    }
  }

  /** The version that a link of ours leads to. */
  private Optional<String> quietTarget(Path link) {
    try {
      return target(link).filter(VersionNames::isVersion);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The data link through which a visible file is reached, when it is one of ours. */
  private static Optional<String> dataLinkOf(Path file) throws IOException {
    if (!Files.isSymbolicLink(file)) {
      return Optional.empty();
    }
    return dataLinkIn(Files.readSymbolicLink(file), file);
  }

  private static Optional<String> dataLinkIn(Path target, Path file) {
    boolean ours =
        !target.isAbsolute()
            && target.getNameCount() == 2
            && VersionNames.isDataLink(target.getName(0).toString())
            && target.getName(1).equals(file.getFileName());
    return ours ? Optional.of(target.getName(0).toString()) : Optional.empty();
  }

  private static Optional<String> target(Path link) throws IOException {
    return Files.isSymbolicLink(link)
        ? Optional.of(Files.readSymbolicLink(link).toString())
        : Optional.empty();
  }

  /** A version's directory is flat, and is never a link, which would lead to files of others. */
  static void remove(Path version) throws IOException {
    if (Files.isSymbolicLink(version)) {
      Files.deleteIfExists(version);
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(version)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      return;
    }
    Files.deleteIfExists(version);
  }
}
