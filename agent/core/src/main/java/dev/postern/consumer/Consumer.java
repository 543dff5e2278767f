package dev.postern.consumer;

/**
 * A local process as the kernel names it at the other end of the socket.
 *
 * @param pid the process, or 0 when it lives in another pid namespace
 * @param name the process's name for people, empty when unknown; never used for permission
 */
public record Consumer(int uid, int gid, int pid, String name) {

  /** What people read: {@code uid 1000 pid 4711 (app)}. */
  public String describe() {
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
