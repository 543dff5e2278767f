package dev.postern.sidecar.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands before a server, and can be as if the network to it were broken. */
final class Relay implements AutoCloseable {
  private final ServerSocket listener;
  private final InetSocketAddress server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;

  private Relay(ServerSocket listener, InetSocketAddress server) {
    this.listener = listener;
    this.server = server;
  }

  static Relay before(InetSocketAddress server) {
    try {
      Relay relay = new Relay(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()), server);
      Thread.ofVirtual().start(relay::accept);
      return relay;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Breaks what is open, and whatever comes. */
  void cut() {
    cut = true;
    open.forEach(Relay::shut);
  }

  void mend() {
    cut = false;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (cut) {
          shut(client);
          continue;
        }
        Socket there = new Socket(server.getAddress(), server.getPort());
        open.add(client);
        open.add(there);
        Thread.ofVirtual().start(() -> pump(client, there));
        Thread.ofVirtual().start(() -> pump(there, client));
      } catch (IOException closed) {
        // The listener, then the loop ends; or the server, then the next client may find it.
      }
    }
  }

  private void pump(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException ended) {
      // One end is gone, and so is the other now.
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  private static void shut(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
      open.forEach(Relay::shut);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
