package dev.postern.sidecar.hooks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** A process with all that it started, found by descent and by a mark in the environment. */
final class ProcessTree {
  /** A process that was sent into the background has another parent, and still this variable. */
  static final String COOKIE = "POSTERN_HOOK";

  /** What a process starts while it is being looked for is found in the next round. */
  private static final int ROUNDS = 10;

  private ProcessTree() {}

  static void kill(ProcessHandle root, String cookie) {
    for (int round = 0; round < ROUNDS; round++) {
      Set<ProcessHandle> found = new LinkedHashSet<>();
      found.add(root);
      root.descendants().forEach(found::add);
      found.addAll(marked(cookie));
      found.removeIf(process -> !process.isAlive());
      if (found.isEmpty()) {
        return;
      }
      found.forEach(ProcessHandle::destroyForcibly);
    }
  }

  private static Set<ProcessHandle> marked(String cookie) {
    Set<ProcessHandle> found = new LinkedHashSet<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      for (Path process : processes) {
        if (environment(process).contains(COOKIE + "=" + cookie)) {
          pid(process).flatMap(ProcessHandle::of).ifPresent(found::add);
        }
      }
    } catch (IOException e) {
      // No /proc: what has left its parent is not found.
      return found;
    }
    return found;
  }

  private static Optional<Long> pid(Path process) {
    String name = String.valueOf(process.getFileName());
    return name.matches("[0-9]+") ? Optional.of(Long.parseLong(name)) : Optional.empty();
  }

  /** Empty for processes of others, which cannot be ours. */
  private static String environment(Path process) {
    try {
      return new String(
          Files.readAllBytes(process.resolve("environ")), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
