package dev.postern.sidecar.files;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.postern.SecretMemory;
import dev.postern.SecretName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The files of one secret in one directory, which change together. */
final class Bundle {
  private static final String MARK = "..done-";

  private final SecretDirectory directory;
  private final SecretName secret;
  private final Durability durability;
  private final SwapStep.Observer observer;

  Bundle(SecretDirectory directory, SecretName secret) {
    this(directory, secret, Durability.SYNCED, step -> {});
  }

  Bundle(
      SecretDirectory directory,
      SecretName secret,
      Durability durability,
      SwapStep.Observer observer) {
    this.directory = directory;
    this.secret = secret;
    this.durability = durability;
    this.observer = observer;
  }

  SecretDirectory directory() {
    return directory;
  }

  /**
   * Makes the files hold this, unless they do.
   *
   * @return the directory of the version that is in place now
   * @throws FileProblem when they cannot; what was in place before still is
   */
  Path put(List<FileEntry> files) throws FileProblem {
    directory.lock.lock();
    try {
      directory.check();
      Set<String> names = files.stream().map(FileEntry::name).collect(Collectors.toSet());
      Map<String, String> reached = directory.checkOwn(secret, names);
      Optional<Path> current = directory.current(secret);
      boolean linked =
          names.stream()
              .allMatch(name -> directory.isOwnLink(secret, reached.getOrDefault(name, "")));
      if (linked && current.isPresent() && holds(current.get(), files)) {
        return current.get();
      }
      return swap(files, reached);
    } catch (IOException e) {
      throw FileProblem.of("the files in " + directory.path() + " cannot be written", e);
    } finally {
      directory.lock.unlock();
    }
  }

  private Path swap(List<FileEntry> files, Map<String, String> reached)
      throws IOException, FileProblem {
    Path version = directory.path().resolve(VersionNames.fresh(secret));
    boolean swapped = false;
    try {
      Files.createDirectory(
          version,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      observer.reached(SwapStep.DIRECTORY_MADE);
      writeAll(version, files);
      // To be passed through by whoever knows a name; the files say who may read them.
      Files.setPosixFilePermissions(version, PosixFilePermissions.fromString("rwx--x--x"));
      durability.directory(version);
      observer.reached(SwapStep.DIRECTORY_OPENED);
      for (FileEntry file : files) {
        if (!reached.containsKey(file.name())) {
          // A new one, which leads nowhere until its version is swapped in.
          directory.link(secret, file.name());
        }
        observer.reached(SwapStep.FILE_LINKED);
      }
      Path next = directory.prepare(directory.dataLink(secret), version.getFileName());
      observer.reached(SwapStep.NEXT_LINKED);
      directory.swap(next, directory.dataLink(secret));
      swapped = true;
    } finally {
      if (!swapped) {
        SecretDirectory.remove(version);
      }
    }
    observer.reached(SwapStep.SWAPPED);
    for (Map.Entry<String, String> file : reached.entrySet()) {
      if (!directory.isOwnLink(secret, file.getValue())) {
        directory.link(secret, file.getKey());
      }
    }
    durability.directory(directory.path());
    directory.clean();
    observer.reached(SwapStep.CLEANED);
    return version;
  }

  /**
   * Writes all of them before the first is synced: a file system that journals then commits once,
   * and not once for each of them.
   */
  private void writeAll(Path version, List<FileEntry> files) throws IOException, FileProblem {
    List<FileChannel> written = new ArrayList<>(files.size());
    try {
      for (FileEntry file : files) {
        written.add(write(version, file));
        observer.reached(SwapStep.FILE_WRITTEN);
      }
      for (FileChannel file : written) {
        durability.file(file);
      }
    } finally {
      for (FileChannel file : written) {
        file.close();
      }
    }
  }

  /** The caller's to close. */
  private FileChannel write(Path version, FileEntry entry) throws IOException, FileProblem {
    Path file = version.resolve(entry.name());
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(WRITE, CREATE_NEW, NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(entry.permissions()));
    boolean whole = false;
    try {
      ByteBuffer content = entry.content().exposeBytes();
      while (content.hasRemaining()) {
        channel.write(content);
      }
      give(file, entry);
      whole = true;
      return channel;
    } finally {
      if (!whole) {
        channel.close();
      }
    }
  }

  private void give(Path file, FileEntry entry) throws IOException, FileProblem {
    PosixFileAttributeView view =
        Files.getFileAttributeView(file, PosixFileAttributeView.class, NOFOLLOW_LINKS);
    try {
      if (entry.group().isPresent()) {
        view.setGroup(entry.group().get());
      }
      if (entry.owner().isPresent()) {
        view.setOwner(entry.owner().get());
      }
    } catch (IOException e) {
      throw FileProblem.of(
          directory.path().resolve(entry.name())
              + " cannot be given to its owner and group; run the agent as root, or leave them out",
          e);
    }
    // A umask or the directory's default access list may have taken some away. To look is one call
    // of the kernel, to set them three, of which one goes through a file system's journal.
    if (!view.readAttributes().permissions().equals(entry.permissions())) {
      view.setPermissions(entry.permissions());
    }
  }

  private boolean holds(Path version, List<FileEntry> files) throws IOException {
    Set<String> extra = new HashSet<>();
    try (DirectoryStream<Path> there = Files.newDirectoryStream(version)) {
      there.forEach(file -> extra.add(String.valueOf(file.getFileName())));
    }
    PosixFileAttributes own = Files.readAttributes(version, PosixFileAttributes.class);
    for (FileEntry file : files) {
      if (!extra.remove(file.name()) || !isAs(version.resolve(file.name()), file, own)) {
        return false;
      }
    }
    return extra.stream().allMatch(name -> name.startsWith(MARK));
  }

  private static boolean isAs(Path path, FileEntry file, PosixFileAttributes own)
      throws IOException {
    PosixFileAttributes there =
        Files.readAttributes(path, PosixFileAttributes.class, NOFOLLOW_LINKS);
    return there.isRegularFile()
        && there.size() == file.content().length()
        && there.permissions().equals(file.permissions())
        && there.owner().equals(file.owner().orElse(own.owner()))
        && (file.group().isEmpty() || there.group().equals(file.group().get()))
        && contentIs(path, file.content().exposeBytes());
  }

  private static boolean contentIs(Path path, ByteBuffer wanted) throws IOException {
    try (FileChannel channel = FileChannel.open(path, READ, NOFOLLOW_LINKS);
        SecretMemory.Block block = SecretMemory.process().allocate(wanted.remaining() + 1)) {
      ByteBuffer there = block.buffer();
      while (there.hasRemaining() && channel.read(there) >= 0) {
        // Until it is all read, or longer than it should be.
      }
      return there.flip().equals(wanted);
    }
  }

  /** Whether what belongs to this version was done, whatever agent it was that did it. */
  static boolean isMarked(Path version, String mark) {
    return Files.exists(version.resolve(MARK + mark), NOFOLLOW_LINKS);
  }

  /** Remembers it for as long as the version is in place. */
  static void mark(Path version, String mark) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            version.resolve(MARK + mark),
            Set.of(WRITE, CREATE, NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      channel.force(true);
    }
  }
}
