package dev.postern.sidecar.http;

/** An exchange that is answered later, and what happens to it meanwhile. */
public interface Pending {
  /** The connection is gone: forget it, there is nobody to answer. */
  void connectionClosed();

  /** The server stops: answer now, or end the stream. */
  void serverStopping();

  /** The peer reads again after it had fallen behind. */
  default void writable() {}
}
