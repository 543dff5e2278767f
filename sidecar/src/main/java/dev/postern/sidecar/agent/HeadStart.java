package dev.postern.sidecar.agent;

import dev.postern.SecretMemory;
import dev.postern.sidecar.http.IoLoop;
import dev.postern.store.local.LocalStoreFactory;
import java.math.BigDecimal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every start needs and what takes the JVM long at its first use, begun on a second core while
 * the config is read. Nothing depends on it: whoever comes first does the work, and the other finds
 * it done.
 */
final class HeadStart {
  private HeadStart() {}

  static void begin() {
    BuiltInProviders.name();
    Thread.ofPlatform().daemon().name("head-start").start(HeadStart::run);
  }

  /**
   * Whoever comes second waits, so that no line is logged while the logging is half made.
   *
   * @return for this class
   */
  static Logger logging() {
    return Logging.LOG;
  }

  private static void run() {
    try {
      logging();
      // Jackson needs it for any JSON, and the JDK makes a table of powers for it: 40 ms.
      BigDecimal _ = BigDecimal.ZERO;
      SecretMemory.process();
      LocalStoreFactory.prepare();
      IoLoop.prepare();
    } catch (RuntimeException | LinkageError e) {
      // The start itself meets the same, and knows what to say.
      logging().atDebug().setCause(e).log("no head start");
    }
  }

  private static final class Logging {
    private static final Logger LOG = LoggerFactory.getLogger(HeadStart.class);
  }
}
