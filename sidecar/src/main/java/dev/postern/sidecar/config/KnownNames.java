package dev.postern.sidecar.config;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The names in a list such as {@code /etc/passwd}, to guess which one was meant. */
final class KnownNames {
  private KnownNames() {}

  static List<String> in(Path list) {
    try {
      return Files.readAllLines(list).stream().map(line -> line.split(":", 2)[0]).toList();
    } catch (MalformedInputException e) {
      return List.of();
    } catch (IOException e) {
      // Names may come from elsewhere; then there is no guess.
      return List.of();
    }
  }
}
