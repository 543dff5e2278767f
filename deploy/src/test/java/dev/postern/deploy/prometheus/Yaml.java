package dev.postern.deploy.prometheus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** A mapping of a YAML or JSON file: JSON is YAML. */
record Yaml(Map<?, ?> members) {

  static Yaml read(Path file) {
    try {
      Object root = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
      return new Yaml((Map<?, ?>) Objects.requireNonNull(root));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String write(Object tree) {
    return new Dump(DumpSettings.builder().build()).dumpToString(tree);
  }

  boolean has(String name) {
    return members.containsKey(name);
  }

  @Nullable Object get(String name) {
    return members.get(name);
  }

  String text(String name) {
    return String.valueOf(Objects.requireNonNull(get(name), () -> name + " in " + members));
  }

  Yaml in(String name) {
    return new Yaml((Map<?, ?>) Objects.requireNonNull(get(name), () -> name + " in " + members));
  }

  /** The mappings of a list; none when there is no such list. */
  List<Yaml> each(String name) {
    return get(name) instanceof List<?> list
        ? list.stream().map(one -> new Yaml((Map<?, ?>) one)).toList()
        : List.of();
  }
}
