package dev.postern.mailgun;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.postern.SecretBytes;
import java.io.IOException;
import java.util.Optional;

/** Reads the two answers that hold the signing key. Empty means: this is not such an answer. */
final class SigningKeyAnswers {
  private static final JsonFactory JSON = new JsonFactory();

  private SigningKeyAnswers() {}

  /** The key, which the caller closes; never a {@code String}. */
  static Optional<SecretBytes> shown(Reply reply) {
    if (!reply.isSuccess()) {
      return Optional.empty();
    }
    try (JsonParser parser = JSON.createParser(reply.body())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean key = parser.currentName().equals("http_signing_key");
        if (parser.nextToken() == JsonToken.VALUE_STRING && key && parser.getTextLength() > 0) {
          return Optional.of(SecretText.read(parser));
        }
        parser.skipChildren();
      }
      return Optional.empty();
    } catch (IOException notJson) {
      // Its message quotes the body.
      return Optional.empty();
    }
  }

  /** That another one was made; its value is read later, by itself. */
  static Optional<Boolean> regenerated(Reply reply) {
    Optional<SecretBytes> fresh = shown(reply);
    fresh.ifPresent(SecretBytes::close);
    return fresh.map(key -> true);
  }
}
