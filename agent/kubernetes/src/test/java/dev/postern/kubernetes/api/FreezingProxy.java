package dev.postern.kubernetes.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * Forwards bytes to a server. Frozen, its connections stay open and nothing goes through: what a
 * firewall makes of one that it has forgotten.
 */
final class FreezingProxy implements AutoCloseable {
  private final ServerSocket server;
  private final int target;
  private final List<Connection> connections = new CopyOnWriteArrayList<>();

  /** Both ends of one connection. */
  private static final class Connection {
    final Socket near;
    final Socket far;
    volatile boolean frozen;

    Connection(Socket near, Socket far) {
      this.near = near;
      this.far = far;
    }

    void pump(Socket from, Socket to) {
      byte[] bytes = new byte[8192];
      try (InputStream in = from.getInputStream();
          OutputStream out = to.getOutputStream()) {
        for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
          if (frozen) {
            new CountDownLatch(1).await();
          }
          out.write(bytes, 0, read);
        }
      } catch (IOException | InterruptedException end) {
        // One end is gone; the other follows.
      }
    }

    void close() {
      try {
        near.close();
        far.close();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  FreezingProxy(int target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  int accepted() {
    return connections.size();
  }

  private void accept() {
    try {
      while (true) {
        Socket near = server.accept();
        Connection connection =
            new Connection(near, new Socket(InetAddress.getLoopbackAddress(), target));
        connections.add(connection);
        Thread.ofVirtual().start(() -> connection.pump(connection.near, connection.far));
        Thread.ofVirtual().start(() -> connection.pump(connection.far, connection.near));
      }
    } catch (IOException end) {
      // Closed.
    }
  }

  /** The connections that are open now show nothing more; new ones work. */
  void freeze() {
    connections.forEach(connection -> connection.frozen = true);
  }

  @Override
  public void close() throws IOException {
    server.close();
    connections.forEach(Connection::close);
  }
}
