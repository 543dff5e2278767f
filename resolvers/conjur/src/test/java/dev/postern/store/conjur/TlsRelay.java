package dev.postern.store.conjur;

import dev.postern.store.conjur.fake.Certificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** TLS before a server that speaks none, as Conjur's own does not. */
final class TlsRelay implements AutoCloseable {
  private final ServerSocket door;
  private final String host;
  private final int port;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  TlsRelay(String host, int port) {
    this.host = host;
    this.port = port;
    try {
      door =
          Certificates.own()
              .context()
              .getServerSocketFactory()
              .createServerSocket(0, 64, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  int port() {
    return door.getLocalPort();
  }

  private void accept() {
    try {
      while (!door.isClosed()) {
        Socket outer = door.accept();
        Socket inner = new Socket(host, port);
        threads.execute(() -> copy(outer, inner));
        threads.execute(() -> copy(inner, outer));
      }
    } catch (IOException e) {
      close();
    }
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // One side has ended: the try closes both.
    }
  }

  @Override
  public void close() {
    try {
      door.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.shutdownNow();
  }
}
