package dev.postern.store.local;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Owners and modes of the store's files. */
final class FileOwner {
  /** For files that are born readable to their owner alone. */
  static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private static final int ROOT = 0;

  private FileOwner() {}

  /** The effective user of this process: the owner of its own entry under /proc. */
  static int self() throws IOException {
    return of(Path.of("/proc/self"));
  }

  static int of(Path file) throws IOException {
    return (Integer) Files.getAttribute(file, "unix:uid");
  }

  /** Whether a file of this owner was put there by us or by root. */
  static boolean isTrusted(int owner, int self) {
    return owner == self || owner == ROOT;
  }

  static boolean isOpenToOthers(Path file) throws IOException {
    Set<PosixFilePermission> open = EnumSet.noneOf(PosixFilePermission.class);
    open.addAll(Files.getPosixFilePermissions(file));
    open.removeAll(
        Set.of(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.OWNER_EXECUTE));
    return !open.isEmpty();
  }

  /**
   * Gives a file the owner of the one it stands beside or replaces. Without it, {@code sudo postern
   * local put} would lock the agent out of its own store.
   *
   * @throws IOException when this user may not do that
   */
  static void adopt(Path file, Path model) throws IOException {
    PosixFileAttributes wanted = Files.readAttributes(model, PosixFileAttributes.class);
    PosixFileAttributeView view =
        Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (!view.readAttributes().owner().equals(wanted.owner())) {
      try {
        view.setOwner(wanted.owner());
        view.setGroup(wanted.group());
      } catch (FileSystemException e) {
        throw new FileSystemException(
            model.toString(), null, "it belongs to user " + wanted.owner() + ", run as that user");
      }
    }
  }
}
