package dev.postern.sidecar.cli.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Server-sent events, one after the other. Not thread-safe, but may be closed from any thread. */
public final class EventStream implements AutoCloseable {
  private static final int LONGEST_LINE = 64 * 1024;

  private final InputStream body;
  private final AutoCloseable connection;

  EventStream(InputStream body, AutoCloseable connection) {
    this.body = body;
    this.connection = connection;
  }

  /**
   * Waits for the next event; comments and events without data are passed over.
   *
   * @return nothing once the agent has ended the stream or gone away
   * @throws IOException when what comes is no event stream
   */
  public Optional<Event> next() throws IOException {
    String type = "message";
    StringBuilder data = new StringBuilder();
    try {
      while (true) {
        String line = utf8(AnswerHead.line(body, LONGEST_LINE));
        if (line.isEmpty()) {
          if (!data.isEmpty()) {
            return Optional.of(new Event(type, data.substring(0, data.length() - 1)));
          }
          type = "message";
        } else if (line.startsWith("event:")) {
          type = valueOf(line);
        } else if (line.startsWith("data:")) {
          data.append(valueOf(line)).append('\n');
          if (data.length() > LONGEST_LINE) {
            throw new MalformedAnswerException("an event is too long");
          }
        }
      }
    } catch (MalformedAnswerException e) {
      throw e;
    } catch (IOException e) {
      // However the connection ended, there is nothing more to come from it.
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    AgentClient.closeQuietly(connection);
  }

  private static String utf8(String latin1) {
    return new String(latin1.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private static String valueOf(String line) {
    String value = line.substring(line.indexOf(':') + 1);
    return value.startsWith(" ") ? value.substring(1) : value;
  }

  /** One event. */
  public record Event(String type, String data) {}
}
