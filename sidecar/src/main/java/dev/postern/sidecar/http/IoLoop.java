package dev.postern.sidecar.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
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

  /**
   * Read at once, and answers that wait for a peer that does not read them: all connections at once
   * have to fit into the process's memory for buffers, also when each asks for more than it reads.
   */
  static final int READ_BYTES = 2048;

  /**
   * What a connection may keep of requests that are not taken yet. With more it is closed: a peer
   * that has hung up is read to its end whether or not reading is switched off (seen with epoll).
   */
  public static final int MOST_KEPT = 3 * READ_BYTES;

  private static final WriteBufferWaterMark UNREAD = new WriteBufferWaterMark(4096, 8192);

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

  public EventLoop thread() {
    return group.next();
  }

  /**
   * A server on a Unix socket, of any protocol. What it reads at once and what it lets wait unread
   * is bounded; not to take a request from a peer that does not read is left to the protocol.
   */
  public ServerBootstrap unixServer() {
    return server(
        epoll ? EpollServerDomainSocketChannel.class : NioServerDomainSocketChannel.class);
  }

  ServerBootstrap tcpServer() {
    return server(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
        .option(ChannelOption.SO_REUSEADDR, true);
  }

  private ServerBootstrap server(Class<? extends ServerChannel> type) {
    return new ServerBootstrap()
        .group(group)
        .channel(type)
        .childOption(ChannelOption.ALLOCATOR, ByteBufAllocator.DEFAULT)
        .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UNREAD);
  }

  public SocketAddress unixAddress(Path path) {
    return epoll ? new DomainSocketAddress(path.toFile()) : UnixDomainSocketAddress.of(path);
  }

  @Override
  public void close() {
    group
        .shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
  }
}
