package dev.postern.store.vault;

import dev.postern.RotationId;
import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.store.StoreException;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Fields as the members of a secret, and the mark of the rotation that wrote them.
 *
 * <p>The mark is a member of its own, {@code postern_rotation}, because nothing else can be written
 * in one step with the values. It names the version too: who patches a secret, or rolls it back,
 * carries the member on into another version, which then is not taken for the rotation's.
 */
final class KvFields {
  static final String MARK = "postern_rotation";

  private KvFields() {}

  /**
   * @return the caller's to close
   */
  static SecretFields read(JsonObject members, String what) {
    Map<String, SecretBytes> fields = new HashMap<>();
    boolean complete = false;
    try {
      for (JsonObject.Member member : members) {
        if (!member.getName().equals(MARK)) {
          fields.put(
              member.getName(),
              SecretBytes.ofUtf8(text(member.getName(), member.getValue(), what)));
        }
      }
      complete = true;
      return SecretFields.takeOwnershipOf(fields);
    } finally {
      if (!complete) {
        fields.values().forEach(SecretBytes::close);
      }
    }
  }

  static Optional<RotationId> maker(JsonObject members, int number) {
    JsonValue mark = members.get(MARK);
    if (mark == null || !mark.isString() || !mark.asString().endsWith("/" + number)) {
      return Optional.empty();
    }
    try {
      String text = mark.asString();
      return Optional.of(RotationId.parse(text.substring(0, text.lastIndexOf('/'))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** As they are to be written as that version. */
  static JsonObject write(SecretFields fields, RotationId maker, int number, String what) {
    JsonObject members = new JsonObject();
    for (String name : fields.names()) {
      if (name.equals(MARK)) {
        throw new StoreException.Malformed(
            what + ": a field cannot be called " + MARK + ", which marks the rotation");
      }
      members.add(name, text(fields, name, what));
    }
    return members.add(MARK, maker + "/" + number);
  }

  private static String text(SecretFields fields, String name, String what) {
    try {
      return fields.field(name).orElseThrow().exposeUtf8();
    } catch (IllegalStateException e) {
      throw new StoreException.Malformed(
          "%s: field %s is not UTF-8 text: this store keeps texts only".formatted(what, name));
    }
  }

  private static String text(String name, JsonValue value, String what) {
    if (value.isString()) {
      return value.asString();
    }
    if (value.isNumber() || value.isBoolean()) {
      return value.toString();
    }
    throw new StoreException.Malformed(
        "%s: member %s is %s; Postern reads texts, numbers and booleans only"
            .formatted(
                what, name, value.isNull() ? "null" : value.isArray() ? "a list" : "an object"));
  }
}
