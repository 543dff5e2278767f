package dev.postern.sidecar.http;

import dev.postern.consumer.Consumer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * Who is at the other end, as the kernel said when the connection was made.
 *
 * @param uid -1 when it could not be told, which no rule matches
 * @param gid the primary group
 * @param pid 0 when it lives in another pid namespace or the transport does not know it
 * @param groups of its supplementary groups those that make a difference, see {@link
 *     PeerCredentials}
 */
public record Peer(int uid, int gid, int pid, Set<Integer> groups) {
  /** Whoever connects by TCP. */
  public static final Peer UNKNOWN = new Peer(-1, -1, 0, Set.of());

  public Peer {
    groups = Set.copyOf(groups);
  }

  /** Whether it is in a group, be it the primary or a supplementary one. */
  public boolean isIn(int group) {
    return gid == group || groups.contains(group);
  }

  /** With the process's name, for people. */
  public Consumer asConsumer() {
    return new Consumer(uid, gid, pid, pid > 0 ? processName() : "");
  }

  private String processName() {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/comm"))
          .strip()
          .replaceAll("[^\\x20-\\x7e]", "?");
    } catch (IOException | RuntimeException e) {
      // Another namespace, another operating system, or gone already: only people miss the name.
      return "";
    }
  }
}
