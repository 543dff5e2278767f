package dev.postern.sidecar.http;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/** Asks the kernel who connected. */
public final class PeerCredentials {
  /** The JDK gives names only; each is looked up once. */
  private static final Map<String, Integer> IDS = new ConcurrentHashMap<>();

  private PeerCredentials() {}

  /** The peer of a connection that was just accepted. */
  public static Peer of(Channel channel) throws IOException {
    if (channel instanceof EpollDomainSocketChannel epoll) {
      var credentials = epoll.peerCredentials();
      int[] gids = credentials.gids();
      return new Peer(credentials.uid(), gids.length == 0 ? -1 : gids[0], credentials.pid());
    }
    if (channel instanceof NioDomainSocketChannel) {
      UnixDomainPrincipal principal =
          channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED));
      if (principal != null) {
        return new Peer(
            idOf("passwd", principal.user().getName()),
            idOf("group", principal.group().getName()),
            0);
      }
    }
    return Peer.UNKNOWN;
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
