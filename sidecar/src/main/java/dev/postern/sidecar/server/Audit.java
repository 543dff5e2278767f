package dev.postern.sidecar.server;

import dev.postern.sidecar.http.Peer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** The trail of who was given what, and who was not: one line each, in a logger of its own. */
public final class Audit {
  private static final Logger LOG = LoggerFactory.getLogger("postern.audit");

  private Audit() {}

  public static void allowed(Peer peer, String action, String secret, String version) {
    line(LOG.atInfo(), peer)
        .addKeyValue("action", action)
        .addKeyValue("secret", secret)
        .addKeyValue("version", version)
        .log("allowed");
  }

  /**
   * @param asked what was asked for, printed with nothing but letters, digits and a few signs
   */
  public static void denied(Peer peer, String action, String asked) {
    line(LOG.atWarn(), peer)
        .addKeyValue("action", action)
        .addKeyValue("secret", printable(asked))
        .log("denied");
  }

  private static LoggingEventBuilder line(LoggingEventBuilder event, Peer peer) {
    return event
        .addKeyValue("uid", peer.uid())
        .addKeyValue("gid", peer.gid())
        .addKeyValue("pid", peer.pid());
  }

  private static String printable(String text) {
    String start = text.length() > 64 ? text.substring(0, 64) : text;
    return start.replaceAll("[^A-Za-z0-9._/-]", "?");
  }
}
