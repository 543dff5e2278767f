package dev.postern.store.conjur;

import dev.postern.RotationId;
import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.SecretPath;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import dev.postern.store.fields.FieldText;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the pending variable holds: the fields, and as one more member the rotation that staged
 * them. Nothing can be taken out of a variable, so that a text of its own says: nothing is pending.
 */
final class PendingText {
  static final String ROTATION = "postern:rotation";

  private static final String VERSION_PREFIX = "pending-";
  private static final String NOTHING = "{\"postern:pending\":\"none\"}";

  private PendingText() {}

  static byte[] nothing() {
    return NOTHING.getBytes(StandardCharsets.UTF_8);
  }

  static boolean isNothing(Held held) {
    return held.holds(nothing());
  }

  /**
   * @return the caller's to wipe
   */
  static byte[] write(SecretPath path, RotationId rotation, SecretFields fields) {
    if (fields.names().contains(ROTATION)) {
      throw new StoreException.Malformed(
          "a secret for %s has a field %s, which this store uses itself; rename the field"
              .formatted(path, ROTATION));
    }
    Map<String, SecretBytes> members = new HashMap<>();
    for (String name : fields.names()) {
      members.put(name, SecretBytes.takeOwnershipOf(fields.field(name).orElseThrow().exposeCopy()));
    }
    members.put(ROTATION, SecretBytes.ofUtf8(rotation.toString()));
    try (SecretFields all = SecretFields.takeOwnershipOf(members)) {
      return FieldText.write(path, all);
    }
  }

  static StoredSecret read(SecretPath path, Held held) {
    try (SecretFields all = FieldText.read(path, held.exposeText())) {
      return new StoredSecret(
          version(held.version()),
          all.copy(name -> !name.equals(ROTATION)),
          rotation(all),
          Optional.empty());
    }
  }

  /** Apart from those of the secret itself, whose numbers are another variable's. */
  static Version version(int number) {
    return new Version(VERSION_PREFIX + number);
  }

  static boolean names(Version version) {
    return version.id().startsWith(VERSION_PREFIX);
  }

  private static Optional<RotationId> rotation(SecretFields all) {
    try {
      return all.field(ROTATION).map(text -> RotationId.parse(text.exposeUtf8()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
