package dev.postern.rotation;

import dev.postern.consumer.Consumer;
import dev.postern.consumer.Holding;
import java.util.List;
import java.util.stream.Collectors;

/** The consumers that hold a version, as the journal keeps them over a restart. */
final class Holders {
  private Holders() {}

  static String write(List<Holding> holdings) {
    return holdings.stream()
        .map(Holding::consumer)
        .map(Holders::write)
        .collect(Collectors.joining("\n"));
  }

  static List<Consumer> read(String text) {
    return text.lines().filter(line -> !line.isEmpty()).map(Holders::readOne).toList();
  }

  private static String write(Consumer consumer) {
    // Otherwise as it is: the name is compared with the one in an acknowledgement.
    String name = consumer.name().replaceAll("\\R", "_");
    return consumer.uid() + "/" + consumer.gid() + "/" + consumer.pid() + "/" + name;
  }

  private static Consumer readOne(String line) {
    String[] parts = line.split("/", 4);
    return new Consumer(
        Integer.parseInt(parts[0]),
        Integer.parseInt(parts[1]),
        Integer.parseInt(parts[2]),
        parts[3]);
  }
}
