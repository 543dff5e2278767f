package dev.postern.sidecar.server;

import dev.postern.sidecar.http.Peer;
import dev.postern.sidecar.logs.LogLine;
import dev.postern.sidecar.logs.LogStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The trail of who was given what, and who was not: one line for each decision, in a logger of its
 * own. Every line has the peer's uid, gid and, where it is known, pid, what it wanted to do, with
 * which secret and version, and {@code allowed} or {@code denied}. A decision holds as long as the
 * connection: asking again for the same version makes no other line.
 *
 * <p>The serving thread does not wait until a line is written, see {@link LogStream}: a process
 * that is killed with SIGKILL may lose those of its last milliseconds.
 */
public final class Audit {
  private static final Logger LOG = LoggerFactory.getLogger("postern.audit");
  private static final boolean USUAL = LogLine.isUsual();

  private Audit() {}

  /** The peer administers, or is shown the names of what it may read. */
  public static void allowed(Peer peer, String action, String secret, String version) {
    write(Level.INFO, peer, new Decision(action, secret, version, null), "allowed");
  }

  /**
   * The peer has to do with a secret, as the secret's allow list says.
   *
   * @param rule the line of the list by which it may
   */
  public static void allowed(
      Peer peer, String action, String secret, String version, AccessPolicy.Rule rule) {
    write(Level.INFO, peer, new Decision(action, secret, version, rule.describe()), "allowed");
  }

  /**
   * @param asked what was asked for, printed with nothing but letters, digits and a few signs
   * @param version what it would have been given; empty when there is no such secret, or no value
   */
  public static void denied(Peer peer, String action, String asked, String version) {
    write(Level.WARN, peer, new Decision(action, printable(asked), version, null), "denied");
  }

  /** All that a line says beside who. */
  record Decision(String action, String secret, String version, @Nullable String rule) {}

  private static void write(Level level, Peer peer, Decision decision, String outcome) {
    if (!LOG.isEnabledForLevel(level)) {
      return;
    }
    // The same line: what the logger took for it was a sixth of a read on a new connection.
    LogStream stream = LogStream.installed();
    if (stream != null && USUAL) {
      stream.line(line(level, peer, decision, outcome));
    } else {
      log(level, peer, decision, outcome);
    }
  }

  /** What {@link #log} writes where the log is as usual. */
  static String line(Level level, Peer peer, Decision decision, String outcome) {
    StringBuilder line = LogLine.start(level.toString(), "audit");
    line.append("uid=").append(peer.uid());
    line.append(" gid=").append(peer.gid());
    line.append(" pid=").append(peer.pid());
    line.append(" action=").append(decision.action);
    line.append(" secret=").append(decision.secret);
    line.append(" version=").append(decision.version);
    if (decision.rule != null) {
      line.append(" rule=").append(decision.rule);
    }
    return line.append(' ').append(outcome).toString();
  }

  static void log(Level level, Peer peer, Decision decision, String outcome) {
    LoggingEventBuilder event =
        LOG.atLevel(level)
            .addKeyValue("uid", peer.uid())
            .addKeyValue("gid", peer.gid())
            .addKeyValue("pid", peer.pid())
            .addKeyValue("action", decision.action)
            .addKeyValue("secret", decision.secret)
            .addKeyValue("version", decision.version);
    if (decision.rule != null) {
      event = event.addKeyValue("rule", decision.rule);
    }
    event.log(outcome);
  }

  private static String printable(String text) {
    String start = text.length() > 64 ? text.substring(0, 64) : text;
    return start.replaceAll("[^A-Za-z0-9._/*-]", "?");
  }
}
