package dev.postern.sidecar.management;

import dev.postern.sidecar.http.HttpServer;
import dev.postern.sidecar.http.IoLoop;
import dev.postern.sidecar.http.Limits;
import dev.postern.sidecar.http.ListenException;
import dev.postern.sidecar.metrics.PosternMetrics;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Answers Prometheus and health probes. Serves from its start until it is closed. */
public final class ManagementServer implements AutoCloseable {
  private static final int CONNECTIONS = 64;

  private final HttpServer server;

  private ManagementServer(HttpServer server) {
    this.server = server;
  }

  /**
   * @throws ListenException when the address cannot be used; the message says what to do
   */
  public static ManagementServer start(
      IoLoop loop, InetSocketAddress address, PosternMetrics metrics, HealthReport health) {
    ManagementHandler handler = new ManagementHandler(metrics, health);
    try {
      return new ManagementServer(
          HttpServer.onTcp(
              loop,
              address,
              Limits.standard().withConnections(CONNECTIONS, CONNECTIONS),
              metrics.socket(),
              peer -> handler));
    } catch (IOException e) {
      throw new ListenException(
          "cannot listen on "
              + address.getHostString()
              + ":"
              + address.getPort()
              + " ("
              + e.getMessage()
              + "): choose another management address",
          e);
    }
  }

  /** With the port that the system chose, if none was asked for. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.address();
  }

  @Override
  public void close() {
    server.close();
  }
}
