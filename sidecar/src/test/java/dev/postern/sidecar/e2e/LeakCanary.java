package dev.postern.sidecar.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Finds secrets where none may be: as they are, in halves, and as an Authorization header. */
final class LeakCanary {
  private final Map<String, String> needles = new LinkedHashMap<>();

  synchronized void watch(String name, String secret) {
    needles.put(name + " " + needles.size(), secret);
    int half = secret.length() / 2;
    needles.put("the first half of " + name + " " + needles.size(), secret.substring(0, half));
    needles.put("the second half of " + name + " " + needles.size(), secret.substring(half));
    needles.put(
        name + " as a header " + needles.size(),
        Base64.getEncoder().encodeToString(("api:" + secret).getBytes(StandardCharsets.UTF_8)));
  }

  synchronized void check(String where, String text) {
    needles.forEach(
        (name, needle) -> {
          if (text.contains(needle)) {
            throw new AssertionError(name + " is in " + where);
          }
        });
  }

  void checkFiles(Path directory, List<Path> except) {
    try (Stream<Path> files = Files.walk(directory)) {
      List<Path> searched =
          files.filter(Files::isRegularFile).filter(file -> !except.contains(file)).toList();
      for (Path file : searched) {
        check(file.toString(), new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
