package dev.postern.sidecar.config;

import dev.postern.SecretName;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Named things of one sort: all that the file declares, and those of them that could be read. A
 * reference to one that is declared and wrong is not a second error.
 *
 * @param what one of them, for messages, such as {@code store}
 */
record Declared<T>(String what, Set<String> names, Map<String, T> valid) {

  static <T> Declared<T> none(String what) {
    return new Declared<>(what, Set.of(), Map.of());
  }

  static <T> Declared<T> read(String what, Section section, Function<Section, Optional<T>> reader) {
    Map<String, T> valid = new LinkedHashMap<>();
    for (String name : section.keys()) {
      checkName(what, section, name);
      section.section(name).flatMap(reader).ifPresent(thing -> valid.put(name, thing));
    }
    if (section.keys().isEmpty()) {
      section.errorHere("no " + what + " is named here");
    }
    return new Declared<>(what, section.keys(), valid);
  }

  /** Whether the name is legal; they all follow one pattern, for they become metric labels. */
  static boolean checkName(String what, Section section, String name) {
    boolean legal = SecretName.isLegal(name);
    if (!legal) {
      section.errorAtKey(
          name,
          "a "
              + what
              + " name is 1 to 63 lower-case letters, digits, dots, dashes and underscores,"
              + " and starts and ends with a letter or digit");
    }
    return legal;
  }

  /** Reads a reference to one of them. */
  Reading<String> reference(Value value) {
    return Readers.text(value)
        .then(
            name ->
                names.contains(name)
                    ? Reading.of(name)
                    : Reading.refused(
                        "expected the name of "
                            + ("issuer".equals(what) ? "an " : "a ")
                            + what
                            + ", found "
                            + value.shown()
                            + NearestWord.hint(name, names)));
  }

  Optional<T> get(String name) {
    return Optional.ofNullable(valid.get(name));
  }
}
