package dev.postern.sidecar.server;

import dev.postern.sidecar.http.ConnectionHandler;
import dev.postern.sidecar.http.HttpServer;
import dev.postern.sidecar.http.IoLoop;
import dev.postern.sidecar.http.ListenException;
import dev.postern.sidecar.http.Reception;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A server together with the file by which it is found. */
record UnixSocket(HttpServer server, UnixSocketFile file) implements AutoCloseable {

  static UnixSocket open(
      IoLoop loop,
      SocketServerConfig config,
      Reception reception,
      ConnectionHandler.Factory handlers) {
    AtomicReference<@Nullable HttpServer> bound = new AtomicReference<>();
    try {
      UnixSocketFile file =
          UnixSocketFile.create(
              config.path(),
              config.mode(),
              config.group(),
              path -> bound.set(HttpServer.onUnixSocket(loop, path, reception, handlers)));
      return new UnixSocket(Objects.requireNonNull(bound.get()), file);
    } catch (ListenException e) {
      HttpServer server = bound.get();
      if (server != null) {
        server.close();
      }
      throw e;
    }
  }

  Path path() {
    return file.path();
  }

  /** First the file, so that a client which comes now finds no agent instead of a dying one. */
  @Override
  public void close() {
    try {
      file.remove();
    } finally {
      server.close();
    }
  }
}
