package dev.postern.sidecar.http;

import dev.postern.consumer.Consumer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Who is at the other end, as the kernel said when the connection was made.
 *
 * @param uid -1 when it could not be told, which no rule matches
 * @param gid the primary group
 * @param pid 0 when it lives in another pid namespace or the transport does not know it
 */
public record Peer(int uid, int gid, int pid) {
  /** Whoever connects by TCP. */
  public static final Peer UNKNOWN = new Peer(-1, -1, 0);

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
