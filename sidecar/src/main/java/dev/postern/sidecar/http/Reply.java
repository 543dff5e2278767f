package dev.postern.sidecar.http;

import com.fasterxml.jackson.jr.ob.JSON;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An answer that holds no secret. Immutable, so that fixed ones can be shared. */
public final class Reply {
  public static final String JSON_TYPE = "application/json";
  private static final String PROBLEM_TYPE = "application/problem+json";

  private final int status;
  private final byte[] body;
  private final List<String> headers;

  private Reply(int status, byte[] body, List<String> headers) {
    this.status = status;
    this.body = body;
    this.headers = List.copyOf(headers);
  }

  /** An answer without a body. */
  public static Reply empty(int status) {
    return new Reply(status, new byte[0], List.of());
  }

  public static Reply of(int status, String contentType, byte[] body) {
    return new Reply(status, body, List.of("Content-Type: " + contentType));
  }

  /** JSON of maps, lists, strings, numbers and booleans. */
  public static Reply json(int status, Object value) {
    return of(status, JSON_TYPE, toJson(value));
  }

  /**
   * @param detail what was wrong and what to do; never a secret
   */
  public static Reply problem(Problem problem, String detail) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("type", problem.type());
    members.put("title", problem.title());
    members.put("status", problem.status());
    members.put("detail", detail);
    return of(problem.status(), PROBLEM_TYPE, toJson(members));
  }

  /** With one more header field. */
  public Reply with(String name, String value) {
    List<String> more = new ArrayList<>(headers);
    more.add(name + ": " + value);
    return new Reply(status, body, more);
  }

  public int status() {
    return status;
  }

  ByteBuf toBytes(ByteBufAllocator allocator, @Nullable String connection, boolean withBody) {
    StringBuilder head = new StringBuilder(256);
    head.append(statusLine(status));
    headers.forEach(header -> head.append(header).append("\r\n"));
    head.append("Cache-Control: no-store\r\n");
    if (connection != null) {
      head.append(connection);
    }
    if (status != 204 && status != 304) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    head.append("\r\n");
    byte[] headBytes = head.toString().getBytes(StandardCharsets.ISO_8859_1);
    ByteBuf buffer = allocator.directBuffer(headBytes.length + body.length);
    buffer.writeBytes(headBytes);
    if (withBody) {
      buffer.writeBytes(body);
    }
    return buffer;
  }

  /** With its line end. */
  public static String statusLine(int status) {
    return "HTTP/1.1 " + status + ' ' + HttpResponseStatus.valueOf(status).reasonPhrase() + "\r\n";
  }

  private static byte[] toJson(Object value) {
    try {
      return JSON.std.asBytes(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
