package dev.postern.store.local;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.postern.RotationId;
import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.SecretPath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a document from JSON, strictly: an unknown key would be lost at the next write, so it is an
 * error. Messages name keys of the format only, never what the text holds.
 */
final class DocumentReader {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final byte[] plain;
  private final JsonParser json;
  private final List<SecretBytes> taken = new ArrayList<>();

  private DocumentReader(byte[] plain, int length) throws IOException {
    this.plain = plain;
    this.json = JSON.createParser(plain, 0, length);
  }

  /** The caller owns the document, keeps the bytes, and wipes them. */
  static LocalDocument read(byte[] plain, int length) throws DocumentFormatException {
    List<SecretBytes> taken = List.of();
    boolean complete = false;
    try {
      DocumentReader reader = new DocumentReader(plain, length);
      taken = reader.taken;
      LocalDocument document = reader.document();
      complete = true;
      return document;
    } catch (IOException e) {
      // Jackson quotes the text it stumbles over: neither its message nor the cause may travel.
      throw new DocumentFormatException("its content is not valid JSON");
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new DocumentFormatException("its content holds an illegal path, id or time");
    } finally {
      if (!complete) {
        taken.forEach(SecretBytes::close);
      }
    }
  }

  private LocalDocument document() throws IOException, DocumentFormatException {
    LocalDocument document = new LocalDocument();
    boolean known = false;
    require(json.nextToken() == JsonToken.START_OBJECT, "does not begin with an object");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      switch (json.currentName()) {
        case "format" ->
            require(
                DocumentWriter.FORMAT.equals(json.nextTextValue()), "holds no Postern local store");
        case "version" -> known = version();
        case "secrets" -> {
          // What follows can only be understood once the version is known to be ours.
          require(known, "has no format version in front of its secrets");
          secrets(document);
        }
        default -> throw unknownKey();
      }
    }
    require(known, "has no format version");
    require(json.nextToken() == null, "goes on after its end");
    return document;
  }

  private boolean version() throws IOException, DocumentFormatException {
    long version = number();
    if (version > DocumentWriter.VERSION) {
      throw new DocumentFormatException(
          "its format version is %d, and this Postern knows up to %d: use a newer Postern"
              .formatted(version, DocumentWriter.VERSION));
    }
    require(version == DocumentWriter.VERSION, "has an illegal format version");
    return true;
  }

  private void secrets(LocalDocument document) throws IOException, DocumentFormatException {
    require(json.nextToken() == JsonToken.START_OBJECT, "has secrets that are not an object");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      SecretPath path = new SecretPath(json.currentName());
      document.add(path, secret());
    }
  }

  private LocalSecret secret() throws IOException, DocumentFormatException {
    long last = 0;
    LocalVersion current = null;
    LocalVersion pending = null;
    CompromiseFlag flag = null;
    List<LocalVersion> previous = new ArrayList<>();
    require(json.nextToken() == JsonToken.START_OBJECT, "has a secret that is not an object");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      switch (json.currentName()) {
        case "last_version" -> last = number();
        case "compromised" -> flag = new CompromiseFlag(text());
        case "current" -> {
          json.nextToken();
          current = oneVersion();
        }
        case "pending" -> {
          json.nextToken();
          pending = oneVersion();
        }
        case "previous" -> {
          require(json.nextToken() == JsonToken.START_ARRAY, "has previous that is not a list");
          while (json.nextToken() != JsonToken.END_ARRAY) {
            previous.add(oneVersion());
          }
        }
        default -> throw unknownKey();
      }
    }
    if (current == null) {
      throw new DocumentFormatException("it has a secret without a current version");
    }
    return checked(new LocalSecret(last, current, pending, previous, flag));
  }

  /** A number above the counter would be given out a second time. */
  private static LocalSecret checked(LocalSecret secret) throws DocumentFormatException {
    List<LocalVersion> all = new ArrayList<>(secret.previous());
    all.add(secret.current());
    secret.pending().ifPresent(all::add);
    boolean counted =
        all.stream().allMatch(v -> v.number() >= 1 && v.number() <= secret.lastNumber());
    long distinct = all.stream().mapToLong(LocalVersion::number).distinct().count();
    require(counted && distinct == all.size(), "has version numbers that do not add up");
    return secret;
  }

  private LocalVersion oneVersion() throws IOException, DocumentFormatException {
    long number = 0;
    Optional<RotationId> rotation = Optional.empty();
    Instant createdAt = null;
    SecretFields fields = null;
    require(json.currentToken() == JsonToken.START_OBJECT, "has a version that is not an object");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      switch (json.currentName()) {
        case "version" -> number = number();
        case "rotation" -> rotation = Optional.of(RotationId.parse(text()));
        case "created_at" -> createdAt = Instant.parse(text());
        case "fields" -> fields = fields();
        default -> throw unknownKey();
      }
    }
    if (fields == null || createdAt == null) {
      throw new DocumentFormatException("it has a version without fields or created_at");
    }
    return new LocalVersion(number, fields, rotation, createdAt);
  }

  private SecretFields fields() throws IOException, DocumentFormatException {
    Map<String, SecretBytes> values = new HashMap<>();
    require(json.nextToken() == JsonToken.START_OBJECT, "has fields that are not an object");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      require(json.nextToken() == JsonToken.VALUE_STRING, "has a value that is not text");
      values.put(name, value());
    }
    return SecretFields.takeOwnershipOf(values);
  }

  /**
   * Decodes straight from our own array, where the token stands, because Jackson would leave a copy
   * in buffers that nobody wipes. Base64 has no escapes, so the next quote ends it.
   */
  private SecretBytes value() throws DocumentFormatException {
    long quote = json.currentTokenLocation().getByteOffset();
    require(quote >= 0 && quote < plain.length && plain[(int) quote] == '"', "is not plain UTF-8");
    int start = (int) quote + 1;
    int end = start;
    while (end < plain.length && plain[end] != '"') {
      end++;
    }
    ByteBuffer decoded =
        Base64.getDecoder().decode(ByteBuffer.wrap(plain, start, end - start).slice());
    require(decoded.hasArray(), "cannot be decoded");
    SecretBytes value = SecretBytes.copyOf(decoded);
    Arrays.fill(decoded.array(), (byte) 0);
    taken.add(value);
    return value;
  }

  private long number() throws IOException, DocumentFormatException {
    require(json.nextToken() == JsonToken.VALUE_NUMBER_INT, "has a number that is none");
    return json.getLongValue();
  }

  private String text() throws IOException, DocumentFormatException {
    @Nullable String text = json.nextTextValue();
    if (text == null) {
      throw new DocumentFormatException("it has a text that is none");
    }
    return text;
  }

  private static DocumentFormatException unknownKey() {
    return new DocumentFormatException("it has a key that this Postern does not know");
  }

  private static void require(boolean holds, String complaint) throws DocumentFormatException {
    if (!holds) {
      throw new DocumentFormatException("it " + complaint);
    }
  }
}
