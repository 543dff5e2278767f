package dev.postern.store.fields;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.store.SecretPath;
import dev.postern.store.SourceStore;
import dev.postern.store.StoreException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Reads and writes the text form of fields; see the package. Stateless. */
public final class FieldText {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private FieldText() {}

  /**
   * @param text stays the caller's, who wipes it
   * @return the caller's to close
   * @throws StoreException.Malformed when it is not UTF-8, or begins like a JSON object and is none
   *     whose members are all texts, numbers or booleans
   */
  public static SecretFields read(SecretPath path, byte[] text) {
    requireUtf8(path, text);
    return beginsLikeJson(text)
        ? members(path, text)
        : SecretFields.takeOwnershipOf(Map.of(SourceStore.NAMELESS, SecretBytes.copyOf(text)));
  }

  /**
   * @param fields stay the caller's
   * @return the caller's to wipe
   * @throws StoreException.Malformed when a value is not UTF-8 and so has no text form
   */
  public static byte[] write(SecretPath path, SecretFields fields) {
    if (fields.names().equals(Set.of(SourceStore.NAMELESS))) {
      byte[] plain = fields.field(SourceStore.NAMELESS).orElseThrow().exposeCopy();
      requireUtf8(path, plain);
      if (!beginsLikeJson(plain)) {
        return plain;
      }
      Arrays.fill(plain, (byte) 0);
    }
    return object(path, fields);
  }

  private static SecretFields members(SecretPath path, byte[] text) {
    Map<String, SecretBytes> fields = new HashMap<>();
    boolean complete = false;
    try (JsonParser json = JSON.createParser(text)) {
      json.nextToken();
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        if (!json.nextToken().isScalarValue() || json.currentToken() == JsonToken.VALUE_NULL) {
          throw new StoreException.Malformed(
              "the JSON object at "
                  + path
                  + " has a member that is neither a text nor a number: Postern reads flat objects"
                  + " only");
        }
        fields.put(name, SecretBytes.ofUtf8(json.getText()));
      }
      if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
        throw notAnObject(path);
      }
      complete = true;
      return SecretFields.takeOwnershipOf(fields);
    } catch (IOException e) {
      // Jackson quotes the text it stumbles over: neither its message nor the cause may travel.
      throw notAnObject(path);
    } finally {
      if (!complete) {
        fields.values().forEach(SecretBytes::close);
      }
    }
  }

  private static StoreException notAnObject(SecretPath path) {
    return new StoreException.Malformed(
        "the text at "
            + path
            + " begins like a JSON object and is none: mend it, or keep a plain value that begins"
            + " with a brace as {\""
            + SourceStore.NAMELESS
            + "\": ...}");
  }

  private static byte[] object(SecretPath path, SecretFields fields) {
    WipedBytes bytes = new WipedBytes(fields);
    try (bytes;
        JsonGenerator json = JSON.createGenerator(bytes, JsonEncoding.UTF8)) {
      json.writeStartObject();
      for (String name : fields.names()) {
        byte[] value = fields.field(name).orElseThrow().exposeCopy();
        try {
          requireUtf8(path, value);
          json.writeFieldName(name);
          json.writeUTF8String(value, 0, value.length);
        } finally {
          Arrays.fill(value, (byte) 0);
        }
      }
      json.writeEndObject();
      json.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
  }

  private static boolean beginsLikeJson(byte[] text) {
    for (byte one : text) {
      if (one != ' ' && one != '\t' && one != '\r' && one != '\n') {
        return one == '{';
      }
    }
    return false;
  }

  private static void requireUtf8(SecretPath path, byte[] text) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
    } catch (CharacterCodingException e) {
      throw new StoreException.Malformed(
          "the value for " + path + " is not UTF-8 text: this store keeps texts only");
    }
  }

  /** So large from the start that it never leaves an outgrown array behind; wiped at its end. */
  private static final class WipedBytes extends ByteArrayOutputStream {
    private static final int PUNCTUATION = 8;

    /** What one byte becomes at worst: a control character is written as a six-character escape. */
    private static final int LONGEST_ESCAPE = 6;

    WipedBytes(SecretFields fields) {
      super(
          PUNCTUATION
              + fields.names().stream()
                  .mapToInt(
                      name ->
                          PUNCTUATION
                              + LONGEST_ESCAPE
                                  * (name.getBytes(StandardCharsets.UTF_8).length
                                      + fields.field(name).orElseThrow().length()))
                  .sum());
    }

    @Override
    public void close() {
      Arrays.fill(buf, (byte) 0);
    }
  }
}
