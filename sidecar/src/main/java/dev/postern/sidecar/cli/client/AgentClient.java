package dev.postern.sidecar.cli.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks the agent on one socket, a connection per call. Thread-safe; every call blocks for at most
 * its patience between two pieces of the answer, and fails with an {@link AgentFailure}.
 */
public final class AgentClient {
  private static final int LARGEST_BODY = 16 * 1024 * 1024;

  private final Path socket;
  private final Duration patience;

  public AgentClient(Path socket, Duration patience) {
    this.socket = socket;
    this.patience = patience;
  }

  /** One segment of a path or one value of a query, escaped. */
  public static String escape(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }

  public Answer get(String target) {
    return call("GET", target, Optional.empty());
  }

  public Answer post(String target, JsonObject body) {
    return call("POST", target, Optional.of(body.toJson()));
  }

  public Answer put(String target, JsonObject body) {
    return call("PUT", target, Optional.of(body.toJson()));
  }

  public Answer delete(String target) {
    return call("DELETE", target, Optional.empty());
  }

  /** The stream, or the answer that refused it. */
  public Watching watch(String target) {
    try {
      ChannelInput connection = connect();
      try {
        AnswerHead head = ask(connection, "GET", target, Optional.empty());
        if (head.status() == 200) {
          connection.waitForever();
          return new Watching.Open(new EventStream(head.body(connection), connection));
        }
        Answer refusal = new Answer(socket, head, readAll(head.body(connection)));
        closeQuietly(connection);
        return new Watching.Refused(refusal);
      } catch (IOException | RuntimeException e) {
        closeQuietly(connection);
        throw e;
      }
    } catch (IOException e) {
      throw translate(e);
    }
  }

  static void closeQuietly(AutoCloseable connection) {
    try {
      connection.close();
    } catch (Exception e) {
      // The answer is complete or useless already.
      return;
    }
  }

  private Answer call(String method, String target, Optional<String> json) {
    try (ChannelInput connection = connect()) {
      AnswerHead head = ask(connection, method, target, json);
      return new Answer(socket, head, readAll(head.body(connection)));
    } catch (IOException e) {
      throw translate(e);
    }
  }

  private ChannelInput connect() throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return new ChannelInput(channel, patience);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw connectFailure(e);
    }
  }

  private AnswerHead ask(
      ChannelInput connection, String method, String target, Optional<String> json)
      throws IOException {
    byte[] body = json.orElse("").getBytes(StandardCharsets.UTF_8);
    StringBuilder head =
        new StringBuilder(method)
            .append(' ')
            .append(target)
            .append(" HTTP/1.1\r\nHost: postern\r\nUser-Agent: postern-cli\r\n")
            .append("Connection: close\r\n");
    if (json.isPresent()) {
      head.append("Content-Type: application/json\r\nContent-Length: ")
          .append(body.length)
          .append("\r\n");
    }
    head.append("\r\n");
    try {
      connection.send(ByteBuffer.wrap(head.toString().getBytes(StandardCharsets.US_ASCII)));
      connection.send(ByteBuffer.wrap(body));
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      // A server that refuses early closes its reading side: its answer may be there all the same.
    }
    return AnswerHead.read(connection);
  }

  private static byte[] readAll(InputStream body) throws IOException {
    byte[] bytes = body.readNBytes(LARGEST_BODY);
    if (bytes.length == LARGEST_BODY) {
      throw new MalformedAnswerException("the answer is too long");
    }
    return bytes;
  }

  private RuntimeException connectFailure(Exception cause) {
    if (cause instanceof IllegalArgumentException || messageOf(cause).contains("too long")) {
      return new AgentFailure.NoSocket(socket, "the path is too long");
    }
    if (messageOf(cause).contains("Permission denied")) {
      return new AgentFailure.Forbidden(socket);
    }
    if (cause instanceof ConnectException || !Files.exists(socket)) {
      return new AgentFailure.NoAgent(socket);
    }
    return cause instanceof SocketException || cause instanceof IOException
        ? new AgentFailure.NoSocket(socket, "it is not a socket that can be connected to")
        : new IllegalStateException("connecting failed", cause);
  }

  private AgentFailure translate(IOException cause) {
    return switch (cause) {
      case MalformedAnswerException malformed ->
          new AgentFailure.Garbled(socket, messageOf(malformed));
      case SocketTimeoutException _ -> new AgentFailure.Silent(socket, patience.toSeconds());
      case EOFException _ -> new AgentFailure.CutOff(socket);
      default -> new AgentFailure.CutOff(socket);
    };
  }

  private static String messageOf(Exception cause) {
    return Optional.ofNullable(cause.getMessage()).orElse("");
  }
}
