package dev.postern.sidecar.server;

import dev.postern.serving.ServedVersion;
import dev.postern.sidecar.http.EventStream;
import dev.postern.sidecar.http.Exchange;
import dev.postern.sidecar.http.Pending;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One event stream. A watcher that does not keep up misses states in between, never the latest: for
 * it only the names of what changed are kept.
 */
final class Watch implements Pending {
  private static final ByteBuf HEARTBEAT =
      Unpooled.unreleasableBuffer(
          Unpooled.copiedBuffer(": still here\n\n", StandardCharsets.US_ASCII));

  private final Set<ServedSecret> watched;
  private final Set<ServedSecret> behind = new LinkedHashSet<>();
  private final Consumer<Watch> atEnd;
  private @Nullable EventStream stream;

  private Watch(Set<ServedSecret> watched, Consumer<Watch> atEnd) {
    this.watched = watched;
    this.atEnd = atEnd;
  }

  /** Starts the stream with the present state of everything watched. */
  static Watch begin(Exchange exchange, Set<ServedSecret> watched, Consumer<Watch> atEnd) {
    Watch watch = new Watch(watched, atEnd);
    EventStream opened = exchange.stream("text/event-stream", watch);
    watch.stream = opened;
    watched.forEach(watch::changed);
    return watch;
  }

  /** The secret may have a new state. */
  void changed(ServedSecret secret) {
    EventStream open = stream;
    if (open == null || !watched.contains(secret)) {
      return;
    }
    if (open.isWritable()) {
      secret.served().ifPresent(served -> open.send(secret.event(served)));
    } else {
      behind.add(secret);
    }
  }

  void heartbeat() {
    EventStream open = stream;
    if (open != null && open.isWritable()) {
      open.send(HEARTBEAT.duplicate());
    }
  }

  @Override
  public void writable() {
    List<ServedSecret> due = new ArrayList<>(behind);
    behind.clear();
    due.forEach(this::changed);
  }

  @Override
  public void connectionClosed() {
    atEnd.accept(this);
  }

  @Override
  public void serverStopping() {
    EventStream open = stream;
    if (open != null) {
      open.end();
    }
  }

  /** Outside the heap, from where it is written without another copy. */
  static ByteBuf event(ServedVersion served) {
    String text =
        "event: secret\ndata: {\"name\":\""
            + served.name()
            + "\",\"version\":\""
            + served.version()
            + "\",\"state\":\"primary\",\"tainted\":"
            + served.tainted()
            + "}\n\n";
    return Unpooled.directBuffer(text.length(), text.length())
        .writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }
}
