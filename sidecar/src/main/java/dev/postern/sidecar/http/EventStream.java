package dev.postern.sidecar.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/** An answer without an end. To be used on the event loop. */
public final class EventStream {
  private final HttpConnection connection;

  EventStream(HttpConnection connection) {
    this.connection = connection;
  }

  /** Whether the peer keeps up; if not, {@link Pending#writable} tells when it does again. */
  public boolean isWritable() {
    return channel().isWritable();
  }

  /** Takes over the bytes. */
  public void send(ByteBuf bytes) {
    if (connection.open()) {
      connection.write(bytes);
      connection.context().flush();
    } else {
      bytes.release();
    }
  }

  public void end() {
    if (connection.open()) {
      connection.closeAfterWrites();
    }
  }

  private Channel channel() {
    return connection.context().channel();
  }
}
