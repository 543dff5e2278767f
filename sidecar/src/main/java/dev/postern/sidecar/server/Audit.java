package dev.postern.sidecar.server;

import dev.postern.sidecar.http.Peer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The trail of who was given what, and who was not: one line for each decision, in a logger of its
 * own. Every line has the peer's uid, gid and, where it is known, pid, what it wanted to do, with
 * which secret and version, and {@code allowed} or {@code denied}. A decision holds as long as the
 * connection: asking again for the same version makes no other line.
 */
public final class Audit {
  private static final Logger LOG = LoggerFactory.getLogger("postern.audit");

  private Audit() {}

  /** The peer administers, or is shown the names of what it may read. */
  public static void allowed(Peer peer, String action, String secret, String version) {
    line(LOG.atInfo(), peer)
        .addKeyValue("action", action)
        .addKeyValue("secret", secret)
        .addKeyValue("version", version)
        .log("allowed");
  }

  /**
   * The peer has to do with a secret, as the secret's allow list says.
   *
   * @param rule the line of the list by which it may
   */
  public static void allowed(
      Peer peer, String action, String secret, String version, AccessPolicy.Rule rule) {
    line(LOG.atInfo(), peer)
        .addKeyValue("action", action)
        .addKeyValue("secret", secret)
        .addKeyValue("version", version)
        .addKeyValue("rule", rule.describe())
        .log("allowed");
  }

  /**
   * @param asked what was asked for, printed with nothing but letters, digits and a few signs
   * @param version what it would have been given; empty when there is no such secret, or no value
   */
  public static void denied(Peer peer, String action, String asked, String version) {
    line(LOG.atWarn(), peer)
        .addKeyValue("action", action)
        .addKeyValue("secret", printable(asked))
        .addKeyValue("version", version)
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
