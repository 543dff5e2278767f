package dev.postern.sidecar.doctor;

import dev.postern.SecretMemory;
import dev.postern.checkup.Check;
import dev.postern.checkup.Finding;
import dev.postern.sidecar.config.MemoryLock;
import dev.postern.sidecar.config.PosternConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the agent needs of its own machine. Opens no journal and no socket: one may be running. */
final class AgentChecks {
  private static final long LITTLE = 64L << 20;
  private static final long TOO_LITTLE = 4L << 20;

  private final PosternConfig config;

  AgentChecks(PosternConfig config) {
    this.config = config;
  }

  List<Check> all() {
    return List.of(
        Check.of("journal", () -> journal(config.journal().dir().toAbsolutePath())),
        Check.of("sockets", this::sockets),
        Check.of("memory", this::memory));
  }

  /** The journal's folder is made where it is missing. */
  private static Finding journal(Path folder) {
    Path there = folder;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    if (!Files.isDirectory(there) || !Files.isWritable(there)) {
      return Finding.fail(
          "this user may not write in " + there,
          "make it writable to the agent's user, or set journal.dir");
    }
    try {
      long free = Files.getFileStore(there).getUsableSpace();
      String found = "%s is writable, %d MiB are free".formatted(there, free >> 20);
      if (free < TOO_LITTLE) {
        return Finding.fail(found, "free some: no rotation goes on without its journal");
      }
      return free < LITTLE
          ? Finding.warn(found, "free some, before it is full")
          : Finding.ok(found);
    } catch (IOException e) {
      return Finding.warn("how much is free in " + there + " cannot be told", "");
    }
  }

  private Finding sockets() {
    List<Path> folders =
        Stream.of(config.socket().path(), config.adminSocket().path())
            .map(path -> path.toAbsolutePath().normalize())
            .flatMap(path -> Optional.ofNullable(path.getParent()).stream())
            .distinct()
            .toList();
    for (Path folder : folders) {
      if (!Files.isDirectory(folder)) {
        return Finding.fail("the folder " + folder + " does not exist", "create it");
      }
      if (!Files.isWritable(folder)) {
        return Finding.fail(
            "this user may not write in " + folder, "make it writable to the agent's user");
      }
    }
    return Finding.ok(
        "they can be made in "
            + String.join(" and ", folders.stream().map(Path::toString).toList()));
  }

  private Finding memory() {
    SecretMemory memory = SecretMemory.process();
    if (memory.locked()) {
      return Finding.ok("secrets can be locked in memory");
    }
    String advice = "raise the memlock limit (ulimit -l, LimitMEMLOCK=)";
    return config.memoryLock() == MemoryLock.REQUIRED
        ? Finding.fail("memory-lock is required, and the system does not allow it", advice)
        : Finding.warn("secrets cannot be locked in memory", advice);
  }
}
