package dev.postern.sidecar.config;

import dev.postern.sidecar.config.YamlNode.Entry;
import dev.postern.sidecar.config.YamlNode.Mapping;
import dev.postern.sidecar.config.YamlNode.Scalar;
import dev.postern.sidecar.config.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * One mapping of the file, read key by key. What is wrong is told to {@link Problems} and read as
 * absent, so that the reading goes on and finds the rest.
 */
final class Section {
  private final String path;
  private final Position position;
  private final Problems problems;
  private final SequencedMap<String, Entry> entries = new LinkedHashMap<>();

  /**
   * @param position where to tell what this section lacks: its name, rather than its first key
   */
  private Section(Mapping mapping, String path, Position position, Problems problems) {
    this.path = path;
    this.position = position;
    this.problems = problems;
    for (Entry entry : mapping.entries()) {
      Entry first = entries.putIfAbsent(entry.key().text(), entry);
      if (first != null) {
        problems.error(
            entry.key().position(),
            path,
            "duplicate key '%s', first on line %d"
                .formatted(KeyPath.show(entry.key()), first.key().position().line()));
      }
    }
  }

  static Optional<Section> root(YamlNode node, Problems problems) {
    if (node instanceof Mapping mapping) {
      return Optional.of(new Section(mapping, "", new Position(1, 1), problems));
    }
    problems.error(
        node.position(),
        "",
        "expected a mapping that begins with 'installation:', found " + node.description());
    return Optional.empty();
  }

  /** Tells of every key that is not one of these. */
  void onlyKeys(Set<String> known) {
    for (Entry entry : entries.values()) {
      String key = entry.key().text();
      if (!known.contains(key)) {
        problems.error(
            entry.key().position(),
            path,
            "unknown key '" + KeyPath.show(entry.key()) + "'" + NearestWord.hint(key, known));
      }
    }
  }

  Set<String> keys() {
    return entries.keySet();
  }

  boolean has(String key) {
    return entries.containsKey(key);
  }

  <T> Optional<T> optional(String key, ValueReader<T> reader) {
    return Optional.ofNullable(entries.get(key)).flatMap(entry -> read(entry, reader));
  }

  <T> Optional<T> required(String key, ValueReader<T> reader) {
    if (!has(key)) {
      errorHere("'" + key + "' is missing");
    }
    return optional(key, reader);
  }

  <T> T withDefault(String key, ValueReader<T> reader, T fallback) {
    return optional(key, reader).orElse(fallback);
  }

  /** The mapping under this key, if there is one. */
  Optional<Section> section(String key) {
    Entry entry = entries.get(key);
    return entry == null ? Optional.empty() : asSection(entry);
  }

  Optional<Section> requiredSection(String key) {
    if (!has(key)) {
      errorHere("'" + key + "' is missing");
    }
    return section(key);
  }

  /** The single values in the list under this key; empty when any of them is wrong. */
  <T> Optional<List<T>> values(String key, ValueReader<T> reader) {
    List<YamlNode> items = items(key);
    List<T> values = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      YamlNode item = items.get(i);
      if (item instanceof Scalar scalar) {
        read(key, itemPath(key, i), scalar, reader).ifPresent(values::add);
      } else {
        problems.error(
            item.position(),
            itemPath(key, i),
            "expected a single value, found " + item.description());
      }
    }
    boolean list =
        Optional.ofNullable(entries.get(key))
            .filter(entry -> entry.value() instanceof Sequence)
            .isPresent();
    return list && values.size() == items.size() ? Optional.of(values) : Optional.empty();
  }

  private String itemPath(String key, int index) {
    return KeyPath.child(path, Objects.requireNonNull(entries.get(key)).key()) + "[" + index + "]";
  }

  private List<YamlNode> items(String key) {
    Entry entry = entries.get(key);
    if (entry == null) {
      return List.of();
    }
    if (entry.value() instanceof Sequence list) {
      return list.items();
    }
    error(key, "expected a list, found " + entry.value().description());
    return List.of();
  }

  /** The mappings in the list under this key; empty when the key is absent. */
  List<Section> sections(String key) {
    List<YamlNode> items = items(key);
    List<Section> sections = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      YamlNode item = items.get(i);
      String itemPath = itemPath(key, i);
      if (item instanceof Mapping mapping) {
        sections.add(new Section(mapping, itemPath, item.position(), problems));
      } else {
        problems.error(
            item.position(), itemPath, "expected a mapping, found " + item.description());
      }
    }
    return sections;
  }

  /** Tells of an error in the value of a key; where the key is absent, in the section. */
  void error(String key, String message) {
    Entry entry = entries.get(key);
    if (entry == null) {
      errorHere(message);
    } else {
      problems.error(entry.value().position(), KeyPath.child(path, entry.key()), message);
    }
  }

  void errorHere(String message) {
    problems.error(position, path, message);
  }

  void warning(String key, String message) {
    Entry entry = entries.get(key);
    if (entry == null) {
      warningHere(message);
    } else {
      problems.warning(entry.value().position(), KeyPath.child(path, entry.key()), message);
    }
  }

  void warningHere(String message) {
    problems.warning(position, path, message);
  }

  /** Tells of an error in a key itself. */
  void errorAtKey(String key, String message) {
    Entry entry = entries.get(key);
    problems.error(entry == null ? position : entry.key().position(), path, message);
  }

  private Optional<Section> asSection(Entry entry) {
    String child = KeyPath.child(path, entry.key());
    if (entry.value() instanceof Mapping mapping) {
      return Optional.of(new Section(mapping, child, entry.key().position(), problems));
    }
    problems.error(
        entry.value().position(),
        child,
        "expected a mapping, found " + entry.value().description());
    return Optional.empty();
  }

  private <T> Optional<T> read(Entry entry, ValueReader<T> reader) {
    String key = entry.key().text();
    if (!(entry.value() instanceof Scalar scalar)) {
      error(key, "expected a single value, found " + entry.value().description());
      return Optional.empty();
    }
    return read(key, KeyPath.child(path, entry.key()), scalar, reader);
  }

  private <T> Optional<T> read(String key, String keyPath, Scalar scalar, ValueReader<T> reader) {
    if (SecretShape.matches(scalar.text())) {
      // PastedSecrets has told of it; anything else said about it would be one message too many.
      return Optional.empty();
    }
    return reader
        .read(new Value(key, scalar))
        .orTell(message -> problems.error(scalar.position(), keyPath, message));
  }
}
