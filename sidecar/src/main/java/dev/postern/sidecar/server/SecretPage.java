package dev.postern.sidecar.server;

import dev.postern.SecretBytes;
import dev.postern.SecretMemory;
import dev.postern.serving.SecretDefinition;
import dev.postern.serving.ServedVersion;
import dev.postern.serving.ServingState;
import dev.postern.sidecar.http.PreparedReply;
import dev.postern.sidecar.http.Reply;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Renders a secret into a whole HTTP answer. The bytes of the secret go from one piece of secret
 * memory to another; none of them ever is on the Java heap.
 */
final class SecretPage {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private SecretPage() {}

  /** A field's value is not text, so it cannot stand in JSON. */
  static final class NotTextException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String field;

    NotTextException(String field) {
      super("the field is not UTF-8 text");
      this.field = field;
    }

    String field() {
      return field;
    }
  }

  /** The secret with all its fields, as JSON. */
  static PreparedReply json(SecretDefinition definition, ServingState.Holding state, Instant now)
      throws NotTextException {
    ServedVersion served = state.served();
    List<Piece> pieces = new ArrayList<>();
    try {
      StringBuilder text = new StringBuilder(256);
      openJson(text, definition, state, now);
      boolean first = true;
      for (String name : served.fields().names()) {
        text.append(first ? "" : ",");
        appendString(text, name);
        text.append(":\"");
        first = false;
        pieces.add(Piece.of(text.toString()));
        text.setLength(0);
        Piece value = Piece.of(valueOf(served, name));
        pieces.add(value);
        value.requireText(name);
        text.append('"');
      }
      pieces.add(Piece.of(text.append("}}\n").toString()));
      return assemble(Reply.JSON_TYPE, served, pieces, true);
    } finally {
      pieces.forEach(Piece::close);
    }
  }

  /** One field, as it is. */
  static PreparedReply bare(ServedVersion served, String field) {
    try (Piece value = Piece.of(valueOf(served, field))) {
      String type = value.isText() ? "text/plain; charset=utf-8" : "application/octet-stream";
      return assemble(type, served, List.of(value), false);
    }
  }

  private static SecretBytes valueOf(ServedVersion served, String field) {
    return served.fields().field(field).orElseThrow();
  }

  private static void openJson(
      StringBuilder text, SecretDefinition definition, ServingState.Holding state, Instant now) {
    ServedVersion served = state.served();
    text.append("{\"name\":\"").append(definition.name()).append("\",\"kind\":\"");
    text.append(definition.kind().wireName()).append("\",\"version\":\"");
    text.append(served.version()).append("\",\"state\":\"primary\",\"tainted\":");
    text.append(served.tainted()).append(",\"age_seconds\":").append(age(served, now));
    text.append(",\"staleness_seconds\":").append(state.staleness(now).toSeconds());
    text.append(",\"stale\":").append(state.stale()).append(",\"attributes\":{");
    String separator = "";
    for (var attribute : new TreeMap<>(definition.attributes()).entrySet()) {
      text.append(separator);
      appendString(text, attribute.getKey());
      text.append(':');
      appendString(text, attribute.getValue());
      separator = ",";
    }
    text.append("},\"fields\":{");
  }

  /** Seconds since the store took the version in; never negative, whatever the clock does. */
  static long age(ServedVersion served, Instant now) {
    return Math.max(0, Duration.between(served.createdAt(), now).toSeconds());
  }

  private static void appendString(StringBuilder text, String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < 0x20) {
        text.append("\\u00").append((char) HEX[c >> 4]).append((char) HEX[c & 15]);
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }

  private static PreparedReply assemble(
      String contentType, ServedVersion served, List<Piece> pieces, boolean json) {
    int length = 0;
    for (Piece piece : pieces) {
      length += json ? piece.escapedLength() : piece.length();
    }
    byte[] head =
        (Reply.statusLine(200)
                + "Content-Type: "
                + contentType
                + "\r\nETag: "
                + EntityTags.tagOf(served.version())
                + "\r\nCache-Control: no-store\r\nContent-Length: "
                + length
                + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    SecretMemory.Block block = SecretMemory.process().allocate(head.length + length);
    ByteBuffer target = block.buffer();
    target.put(head);
    for (Piece piece : pieces) {
      piece.writeTo(target, json);
    }
    return PreparedReply.takeOwnershipOf(block, head.length + length, head.length);
  }

  /** A run of bytes: our own JSON text, or a value that is to be escaped when it goes into it. */
  private record Piece(ByteBuffer bytes, SecretMemory.Block block, boolean value)
      implements AutoCloseable {

    static Piece of(String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      SecretMemory.Block none = new NoBlock(ByteBuffer.wrap(utf8));
      return new Piece(none.buffer(), none, false);
    }

    static Piece of(SecretBytes secret) {
      SecretMemory.Block block = SecretMemory.process().allocate(Math.max(1, secret.length()));
      try {
        ByteBuffer bytes = block.buffer();
        secret.exposeTo(bytes);
        return new Piece(bytes.flip(), block, true);
      } catch (RuntimeException e) {
        block.close();
        throw e;
      }
    }

    int length() {
      return bytes.limit();
    }

    int escapedLength() {
      if (!value) {
        return length();
      }
      int length = 0;
      for (int i = 0; i < bytes.limit(); i++) {
        byte b = bytes.get(i);
        length += b == '"' || b == '\\' ? 2 : b >= 0 && b < 0x20 ? 6 : 1;
      }
      return length;
    }

    void writeTo(ByteBuffer target, boolean json) {
      if (!json || !value) {
        target.put(bytes.duplicate().rewind());
        return;
      }
      for (int i = 0; i < bytes.limit(); i++) {
        byte b = bytes.get(i);
        if (b == '"' || b == '\\') {
          target.put((byte) '\\').put(b);
        } else if (b >= 0 && b < 0x20) {
          target.put("\\u00".getBytes(StandardCharsets.US_ASCII)).put(HEX[b >> 4]).put(HEX[b & 15]);
        } else {
          target.put(b);
        }
      }
    }

    boolean isText() {
      // The text, which is only looked at, is secret too.
      SecretMemory.Block scratch = SecretMemory.process().allocate(2 * bytes.limit() + 2);
      try (scratch) {
        CharBuffer chars = scratch.buffer().asCharBuffer();
        var decoder = StandardCharsets.UTF_8.newDecoder();
        var result = decoder.decode(bytes.duplicate().rewind(), chars, true);
        if (result.isError()) {
          result.throwException();
        }
        return true;
      } catch (CharacterCodingException e) {
        return false;
      }
    }

    void requireText(String field) throws NotTextException {
      if (!isText()) {
        throw new NotTextException(field);
      }
    }

    @Override
    public void close() {
      block.close();
    }
  }

  /** Our own text needs no secret memory. */
  private record NoBlock(ByteBuffer buffer) implements SecretMemory.Block {
    @Override
    public void close() {}
  }
}
