package dev.postern.store.conjur;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A variable without its value.
 *
 * @param id without account and kind
 * @param createdAt as the server writes it: another one means that the variable was made anew, and
 *     counts its versions from one again
 * @param version the newest, 0 for none
 */
record Variable(String id, String createdAt, int version) {

  boolean hasValue() {
    return version > 0;
  }

  /**
   * @param resource as the server describes it
   * @param prefix account and kind, with their colons
   * @return empty when this is no description of a variable
   */
  static Optional<Variable> read(Object resource, String prefix) {
    if (!(resource instanceof Map<?, ?> members)
        || !(members.get("id") instanceof String id)
        || !id.startsWith(prefix)
        || !(members.get("secrets") instanceof List<?> versions)) {
      return Optional.empty();
    }
    int newest = 0;
    for (Object each : versions) {
      if (!(each instanceof Map<?, ?> version)
          || !(version.get("version") instanceof Integer number)) {
        return Optional.empty();
      }
      newest = Math.max(newest, number);
    }
    return Optional.of(
        new Variable(
            id.substring(prefix.length()), String.valueOf(members.get("created_at")), newest));
  }
}
