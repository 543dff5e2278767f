package dev.postern.mailgun.simulator;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON objects as maps; a null is written, since the vendor writes it. */
final class Json {
  private static final JSON WRITER = JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES);

  private Json() {}

  static byte[] bytes(Map<String, ?> object) {
    try {
      return WRITER.asBytes(object);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write JSON to memory", e);
    }
  }

  /**
   * @throws IOException when the bytes are not a JSON object; its message may quote them
   */
  static Map<String, Object> object(byte[] bytes) throws IOException {
    return JSON.std.mapFrom(bytes);
  }

  /** A map that may hold nulls, in the order given: name, value, name, value. */
  static Map<String, @Nullable Object> of(@Nullable Object... namesAndValues) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      object.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
    }
    return object;
  }
}
