package dev.postern.consumer;

import org.jspecify.annotations.Nullable;

/**
 * Whoever holds a secret: a local process as the kernel names it at the other end of the socket, a
 * file that the agent keeps for programs that read files, or another agent of the fleet, which
 * speaks for its own consumers.
 *
 * @param uid -1 for a file and for an agent
 * @param pid the process, or 0 when it lives in another pid namespace
 * @param name the process's name for people, empty when unknown; never used for permission. Of a
 *     file, {@code file} and its path: that is what tells it from others.
 */
public record Consumer(int uid, int gid, int pid, String name) {

  /** The file that is kept at this path, on behalf of whoever reads it. */
  public static Consumer ofFile(String path) {
    return new Consumer(-1, -1, 0, "file " + path);
  }

  public boolean isFile() {
    return uid < 0 && name.startsWith("file ");
  }

  /** The agent in this pod, on behalf of what it serves. */
  public static Consumer ofAgent(String pod) {
    return new Consumer(-1, -1, 0, "pod " + pod);
  }

  public boolean isAgent() {
    return uid < 0 && name.startsWith("pod ");
  }

  // See SecretName about a record's own.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Consumer consumer
        && uid == consumer.uid
        && gid == consumer.gid
        && pid == consumer.pid
        && name.equals(consumer.name);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * (31 * uid + gid) + pid) + name.hashCode();
  }

  /**
   * What people read: {@code uid 1000 pid 4711 (app)}, {@code file /secrets/.env}, or {@code pod
   * web-1}.
   */
  public String describe() {
    if (isFile() || isAgent()) {
      return name;
    }
    StringBuilder text = new StringBuilder("uid ").append(uid);
    if (pid > 0) {
      text.append(" pid ").append(pid);
    }
    if (!name.isEmpty()) {
      text.append(" (").append(name).append(')');
    }
    return text.toString();
  }
}
