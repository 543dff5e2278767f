package dev.postern.consumer;

/**
 * Whoever holds a secret: a local process as the kernel names it at the other end of the socket, or
 * a file that the agent keeps for programs that read files.
 *
 * @param uid -1 for a file
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

  /** What people read: {@code uid 1000 pid 4711 (app)}, or {@code file /secrets/.env}. */
  public String describe() {
    if (isFile()) {
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
