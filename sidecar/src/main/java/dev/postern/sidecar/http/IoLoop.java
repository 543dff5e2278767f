package dev.postern.sidecar.http;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The one thread on which all sockets are served: epoll where its native library loads, NIO
 * elsewhere. Closed after the servers that use it.
 */
public final class IoLoop implements AutoCloseable {
  private static final int STOP_SECONDS = 2;

  private final EventLoopGroup group;
  private final boolean epoll;

  private IoLoop(IoHandlerFactory handlers, boolean epoll) {
    this.group =
        new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("postern-io", true), handlers);
    this.epoll = epoll;
  }

  /** Loads the native library and what goes with it, which takes long; may be done beforehand. */
  public static void prepare() {
    boolean _ = Epoll.isAvailable();
    ByteBufAllocator _ = ByteBufAllocator.DEFAULT;
  }

  /** The fastest transport of this machine. */
  public static IoLoop start() {
    return Epoll.isAvailable() ? new IoLoop(EpollIoHandler.newFactory(), true) : startPortable();
  }

  /** The JDK's own transport, which does not know the pid of a peer. */
  public static IoLoop startPortable() {
    return new IoLoop(NioIoHandler.newFactory(), false);
  }

  /** What the start-up log says of it. */
  public String transport() {
    return epoll ? "epoll" : "nio";
  }

  /** For servers of other protocols, as are the next three. */
  public EventLoopGroup group() {
    return group;
  }

  public EventLoop thread() {
    return group.next();
  }

  public Class<? extends ServerChannel> unixChannel() {
    return epoll ? EpollServerDomainSocketChannel.class : NioServerDomainSocketChannel.class;
  }

  public SocketAddress unixAddress(Path path) {
    return epoll ? new DomainSocketAddress(path.toFile()) : UnixDomainSocketAddress.of(path);
  }

  Class<? extends ServerChannel> tcpChannel() {
    return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  @Override
  public void close() {
    group
        .shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
  }
}
