package dev.postern.sidecar.http;

import dev.postern.linux.PeerGroups;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the kernel who connected. Supplementary groups cost a system call per connection, so they
 * are asked for only where a rule names a group, and only those are kept that one names. When they
 * cannot be told, as elsewhere than on Linux, the primary group alone counts.
 */
public final class PeerCredentials {
  private static final Logger LOG = LoggerFactory.getLogger(PeerCredentials.class);

  /** Asks for user, primary group and process. */
  public static final PeerCredentials PRIMARY = new PeerCredentials(Set.of(), null);

  /** The JDK gives names only; each is looked up once. */
  private static final Map<String, Integer> IDS = new ConcurrentHashMap<>();

  private final Set<Integer> wanted;
  private final @Nullable PeerGroups supplementary;
  private final AtomicBoolean warned = new AtomicBoolean();

  private PeerCredentials(Set<Integer> wanted, @Nullable PeerGroups supplementary) {
    this.wanted = wanted;
    this.supplementary = supplementary;
  }

  /**
   * Asks for supplementary groups too, if any makes a difference.
   *
   * @param groups those that do
   */
  public static PeerCredentials with(Set<Integer> groups) {
    if (groups.isEmpty()) {
      return PRIMARY;
    }
    try {
      return new PeerCredentials(Set.copyOf(groups), new PeerGroups());
    } catch (IOException e) {
      warn(e);
      return PRIMARY;
    }
  }

  /** The peer of a connection that was just accepted. */
  public Peer of(Channel channel) throws IOException {
    if (channel instanceof EpollDomainSocketChannel epoll) {
      var credentials = epoll.peerCredentials();
      int[] gids = credentials.gids();
      return new Peer(
          credentials.uid(),
          gids.length == 0 ? -1 : gids[0],
          credentials.pid(),
          supplementary(epoll.fd().intValue()));
    }
    if (channel instanceof NioDomainSocketChannel) {
      UnixDomainPrincipal principal =
          channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED));
      if (principal != null) {
        return new Peer(
            idOf("passwd", principal.user().getName()),
            idOf("group", principal.group().getName()),
            0,
            Set.of());
      }
    }
    return Peer.UNKNOWN;
  }

  private Set<Integer> supplementary(int socket) {
    PeerGroups asked = supplementary;
    if (asked == null) {
      return Set.of();
    }
    try {
      return Arrays.stream(asked.of(socket))
          .boxed()
          .filter(wanted::contains)
          .collect(Collectors.toUnmodifiableSet());
    } catch (IOException e) {
      if (warned.compareAndSet(false, true)) {
        warn(e);
      }
      return Set.of();
    }
  }

  private static void warn(IOException cause) {
    LOG.atWarn()
        .addKeyValue("cause", cause.getMessage())
        .log(
            "the supplementary groups of callers cannot be told: in allow lists only a caller's"
                + " primary group counts");
  }

  private static int idOf(String database, String name) {
    if (name.matches("[0-9]{1,9}")) {
      return Integer.parseInt(name);
    }
    return IDS.computeIfAbsent(database + ':' + name, key -> lookUp(database, name));
  }

  /** The system's own look-up, so that directories other than /etc/passwd are asked too. */
  private static int lookUp(String database, String name) {
    try {
      Process process = new ProcessBuilder("/usr/bin/getent", database, name).start();
      String line =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      String[] columns = line.split(":", -1);
      return columns.length > 2 ? Integer.parseInt(columns[2]) : -1;
    } catch (IOException | NumberFormatException e) {
      return -1;
    }
  }
}
