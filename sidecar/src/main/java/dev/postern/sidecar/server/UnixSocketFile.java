package dev.postern.sidecar.server;

import dev.postern.sidecar.http.ListenException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file of a Unix socket, from birth to removal. It is made in a private directory, given its
 * owner and mode there, and then moved to its place: nobody finds it there with another mode, and
 * the file of a dead agent is replaced in the same instant.
 */
public final class UnixSocketFile {
  /** What the kernel's address structure holds, less the closing zero. */
  private static final int LONGEST_PATH = 107;

  private static final int TYPE_MASK = 0170000;
  private static final int SOCKET_TYPE = 0140000;

  private final Path path;
  private final Object identity;

  private UnixSocketFile(Path path, Object identity) {
    this.path = path;
    this.identity = identity;
  }

  /** Opens a listening socket at the path that it is given. */
  @FunctionalInterface
  public interface Binding {
    void bind(Path path) throws IOException;
  }

  /**
   * Makes the file and has it listened on.
   *
   * @throws ListenException when it cannot be made; the message says what to do
   */
  public static UnixSocketFile create(
      Path path, Set<PosixFilePermission> mode, Optional<String> group, Binding binding) {
    Path target = path.toAbsolutePath().normalize();
    Path parent = target.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new ListenException(
          "cannot create socket " + target + ": its directory does not exist: create it first");
    }
    Nursery nursery = Nursery.in(parent);
    Path newborn = nursery.newborn();
    requireFits(target, target);
    requireFits(newborn, target);
    requireFree(target);
    try {
      nursery.create();
      try {
        binding.bind(newborn);
        setOwnerAndMode(newborn, mode, group);
        Object identity = identityOf(newborn);
        Files.move(newborn, target, StandardCopyOption.ATOMIC_MOVE);
        Nursery.sweep(parent);
        return new UnixSocketFile(target, identity);
      } finally {
        nursery.remove();
      }
    } catch (IOException e) {
      throw new ListenException(
          "cannot create socket " + target + " (" + e + "): check the directory's permissions", e);
    }
  }

  public Path path() {
    return path;
  }

  /** Removes the file, unless somebody has put another one in its place. */
  public void remove() {
    try {
      if (identity.equals(identityOf(path))) {
        Files.deleteIfExists(path);
      }
    } catch (NoSuchFileException e) {
      // Removed by somebody else: what was to be done is done.
    } catch (IOException e) {
      throw new ListenException("cannot remove socket " + path + " (" + e + ")", e);
    }
  }

  private static void requireFits(Path checked, Path target) {
    int length = checked.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST_PATH) {
      throw new ListenException(
          "socket path "
              + target
              + " is too long: with the temporary name used at its creation it takes "
              + length
              + " bytes and the system allows "
              + LONGEST_PATH
              + ": choose a shorter directory");
    }
  }

  private static void requireFree(Path target) {
    int type;
    try {
      type = (int) Files.getAttribute(target, "unix:mode", LinkOption.NOFOLLOW_LINKS) & TYPE_MASK;
    } catch (NoSuchFileException e) {
      return;
    } catch (IOException e) {
      throw new ListenException("cannot look at " + target + " (" + e + ")", e);
    }
    if (type != SOCKET_TYPE) {
      throw new ListenException(
          target + " is not a socket and is left alone: remove it or choose another path");
    }
    if (!isAbandoned(target)) {
      throw new ListenException(
          "socket " + target + " is in use by a running agent: stop it or choose another path");
    }
  }

  /** Whether nobody listens any more, so that the file is what a dead agent left. */
  static boolean isAbandoned(Path target) {
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      // A live agent that is too busy to accept must not make us wait.
      probe.configureBlocking(false);
      probe.connect(UnixDomainSocketAddress.of(target));
      return false;
    } catch (ConnectException e) {
      return true;
    } catch (IOException e) {
      String reason = e.getMessage();
      return reason != null && reason.contains("Connection refused");
    }
  }

  private static void setOwnerAndMode(
      Path socket, Set<PosixFilePermission> mode, Optional<String> group) throws IOException {
    @Nullable PosixFileAttributeView view =
        Files.getFileAttributeView(socket, PosixFileAttributeView.class);
    if (view == null) {
      throw new IOException("the file system knows no owners and modes");
    }
    if (group.isPresent()) {
      try {
        view.setGroup(
            socket
                .getFileSystem()
                .getUserPrincipalLookupService()
                .lookupPrincipalByGroupName(group.get()));
      } catch (UserPrincipalNotFoundException e) {
        throw new IOException("there is no group " + group.get(), e);
      }
    }
    view.setPermissions(mode);
  }

  private static Object identityOf(Path file) throws IOException {
    Object key =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
    if (key == null) {
      throw new IOException("the file system does not tell files apart");
    }
    return key;
  }
}
