package dev.postern.mailgun;

import com.fasterxml.jackson.core.JsonParser;
import dev.postern.SecretBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Takes a secret out of JSON without ever making it a {@code String}, which nobody can wipe. */
final class SecretText {
  private SecretText() {}

  /** The text at which the parser stands; the caller closes it. */
  static SecretBytes read(JsonParser parser) throws IOException {
    char[] chars = parser.getTextCharacters();
    int offset = parser.getTextOffset();
    int length = parser.getTextLength();
    ByteBuffer bytes = ByteBuffer.wrap(new byte[Math.multiplyExact(3, length)]);
    try {
      CoderResult result =
          StandardCharsets.UTF_8
              .newEncoder()
              .encode(CharBuffer.wrap(chars, offset, length), bytes, true);
      if (result.isError()) {
        result.throwException();
      }
      return SecretBytes.copyOf(bytes.flip());
    } finally {
      Arrays.fill(bytes.array(), (byte) 0);
      // The parser's own buffer, which goes back to a pool.
      Arrays.fill(chars, offset, offset + length, '\0');
    }
  }
}
