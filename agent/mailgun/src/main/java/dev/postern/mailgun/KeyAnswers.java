package dev.postern.mailgun;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.issuer.IssuedCredential;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the two answers of the keys interface. Empty means: this is not such an answer. */
final class KeyAnswers {
  private static final JsonFactory JSON = new JsonFactory();

  private KeyAnswers() {}

  /**
   * The answer to making a key. Read token by token, so that the key never becomes a {@code
   * String}, which could not be wiped.
   */
  static Optional<IssuedCredential> issued(Reply reply) {
    if (!reply.isSuccess()) {
      return Optional.empty();
    }
    try (JsonParser parser = JSON.createParser(reply.body())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      Optional<IssuedCredential> found = Optional.empty();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean key = parser.currentName().equals("key");
        if (parser.nextToken() == JsonToken.START_OBJECT && key && found.isEmpty()) {
          found = key(parser);
        } else {
          parser.skipChildren();
        }
      }
      return found;
    } catch (IOException notJson) {
      // Its message quotes the body.
      return Optional.empty();
    }
  }

  /** The answer to listing keys. */
  static Optional<List<ListedKey>> listed(Reply reply) {
    if (!reply.isSuccess()) {
      return Optional.empty();
    }
    return reply.jsonObject().map(object -> object.get("items")).flatMap(KeyAnswers::listed);
  }

  private static Optional<List<ListedKey>> listed(Object items) {
    if (!(items instanceof List<?> list)) {
      return Optional.empty();
    }
    List<ListedKey> keys = new ArrayList<>(list.size());
    for (Object item : list) {
      if (!(item instanceof Map<?, ?> map)
          || !(map.get("id") instanceof String id)
          || !KeyId.isLegal(id)) {
        return Optional.empty();
      }
      keys.add(ListedKey.of(id, map));
    }
    return Optional.of(keys);
  }

  private static Optional<IssuedCredential> key(JsonParser parser) throws IOException {
    String id = "";
    Map<String, SecretBytes> fields = new HashMap<>();
    boolean complete = false;
    try {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        boolean text = parser.nextToken() == JsonToken.VALUE_STRING;
        if (text && name.equals("id")) {
          id = parser.getText();
        } else if (text && name.equals("secret")) {
          closeIfPresent(fields.put(MailgunFields.API_KEY, SecretText.read(parser)));
        } else {
          parser.skipChildren();
        }
      }
      complete = KeyId.isLegal(id) && isUsable(fields.get(MailgunFields.API_KEY));
    } finally {
      if (!complete) {
        fields.values().forEach(SecretBytes::close);
      }
    }
    if (!complete) {
      return Optional.empty();
    }
    fields.put(MailgunFields.API_KEY_ID, SecretBytes.ofUtf8(id));
    return Optional.of(new IssuedCredential(id, SecretFields.takeOwnershipOf(fields)));
  }

  private static boolean isUsable(@Nullable SecretBytes key) {
    return key != null && key.length() > 0;
  }

  private static void closeIfPresent(@Nullable SecretBytes replaced) {
    if (replaced != null) {
      replaced.close();
    }
  }
}
