package dev.postern.sidecar.http;

/** Answers the requests of one connection, one at a time, on the event loop. */
public interface ConnectionHandler {
  /**
   * Answers through the exchange, at once or later (see {@link Exchange#hold}). The next request of
   * the connection comes after that.
   */
  void handle(Exchange exchange);

  /** The connection is gone. */
  default void closed() {}

  /** Makes the handler of a connection that was just accepted. */
  @FunctionalInterface
  interface Factory {
    ConnectionHandler accept(Peer peer);
  }
}
