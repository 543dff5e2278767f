package dev.postern.store.conjur.fake;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The values, as Conjur keeps them: twenty of each, numbered on and on. */
final class FakeVariables {
  private static final int KEPT = 20;

  private final Map<String, TreeMap<Integer, byte[]>> values = new HashMap<>();

  /** The newest value written again makes no version. */
  synchronized void write(String id, byte[] value) {
    TreeMap<Integer, byte[]> versions = values.computeIfAbsent(id, key -> new TreeMap<>());
    if (!versions.isEmpty() && Arrays.equals(versions.lastEntry().getValue(), value)) {
      return;
    }
    versions.put(versions.isEmpty() ? 1 : versions.lastKey() + 1, value.clone());
    while (versions.size() > KEPT) {
      versions.pollFirstEntry();
    }
  }

  synchronized Optional<byte[]> read(String id) {
    return Optional.ofNullable(values.get(id)).map(versions -> versions.lastEntry().getValue());
  }

  synchronized Optional<byte[]> read(String id, int version) {
    return Optional.ofNullable(values.get(id)).map(versions -> versions.get(version));
  }

  synchronized String snapshot() {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(values)
        .forEach(
            (id, versions) ->
                versions.forEach(
                    (number, value) ->
                        text.append(
                            "%s %d %s%n".formatted(id, number, HexFormat.of().formatHex(value)))));
    return text.toString();
  }

  /** As the description of a resource lists them. */
  synchronized String versions(String id) {
    return Optional.ofNullable(values.get(id))
        .map(
            versions ->
                String.join(
                    ",",
                    versions.keySet().stream()
                        .map(number -> "{\"version\":%d,\"expires_at\":null}".formatted(number))
                        .toList()))
        .orElse("");
  }

  synchronized int newest(String id) {
    return Optional.ofNullable(values.get(id)).map(TreeMap::lastKey).orElse(0);
  }
}
