package dev.postern.sidecar.agent;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.LoggerFactory;

/** Closes what was opened, the latest first, each whatever happens to the others. */
final class Closing implements AutoCloseable {
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  /** Remembers what must be closed, and returns it. */
  synchronized <T extends AutoCloseable> T own(T resource) {
    opened.push(resource);
    return resource;
  }

  @Override
  public synchronized void close() {
    while (!opened.isEmpty()) {
      AutoCloseable resource = opened.pop();
      try {
        resource.close();
      } catch (Exception e) {
        // Not looked up earlier: the logging is set up while the config is read.
        LoggerFactory.getLogger(Closing.class)
            .atWarn()
            .addKeyValue("what", resource.getClass().getSimpleName())
            .setCause(e)
            .log("closing failed");
      }
    }
  }
}
