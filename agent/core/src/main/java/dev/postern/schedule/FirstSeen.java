package dev.postern.schedule;

import dev.postern.SecretName;
import dev.postern.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Since when this agent knows the current version of each secret: the age of a version whose store
 * does not tell it. Kept in a small file beside the journal, so that a restart does not make every
 * secret young again. A file that is lost or damaged costs no more than that. Confined to one
 * thread.
 */
public final class FirstSeen {
  private static final Logger log = LoggerFactory.getLogger(FirstSeen.class);
  private static final String FILE = "first-seen";

  private record Sighting(String version, Instant at) {}

  private final Path file;
  private final Map<String, Sighting> sightings = new TreeMap<>();
  private boolean changed;

  private FirstSeen(Path file) {
    this.file = file;
  }

  /** Reads what an earlier agent kept in this folder. */
  public static FirstSeen open(Path directory) {
    FirstSeen seen = new FirstSeen(directory.resolve(FILE));
    try {
      if (Files.exists(seen.file)) {
        Files.readAllLines(seen.file, StandardCharsets.UTF_8).forEach(seen::read);
      }
    } catch (IOException e) {
      seen.warn("cannot be read", e);
    }
    return seen;
  }

  private void read(String line) {
    String[] parts = line.split(" ", 3);
    try {
      if (parts.length == 3) {
        sightings.put(parts[0], new Sighting(parts[2], Instant.parse(parts[1])));
      }
    } catch (DateTimeException damaged) {
      log.atWarn().addKeyValue("file", file).log("a line is damaged and left out");
    }
  }

  /**
   * The earliest time at which the version is known to have been there; remembers it.
   *
   * @param since the earliest that the caller knows of
   */
  Instant of(SecretName secret, Version version, Instant since) {
    Sighting known = sightings.get(secret.value());
    if (known != null && known.version.equals(version.id()) && !known.at.isAfter(since)) {
      return known.at;
    }
    sightings.put(secret.value(), new Sighting(version.id(), since));
    changed = true;
    return since;
  }

  /** Writes what is new to the disk. */
  void save() {
    if (!changed) {
      return;
    }
    StringBuilder lines = new StringBuilder();
    sightings.forEach(
        (secret, sighting) ->
            lines
                .append(secret)
                .append(' ')
                .append(sighting.at)
                .append(' ')
                .append(sighting.version.replaceAll("\\p{Cntrl}", " "))
                .append('\n'));
    try {
      replace(lines.toString().getBytes(StandardCharsets.UTF_8));
      changed = false;
    } catch (IOException | UncheckedIOException e) {
      warn("cannot be written", e);
    }
  }

  private void replace(byte[] bytes) throws IOException {
    // An agent of a fleet keeps its journal elsewhere, and has made no folder for it.
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path fresh = file.resolveSibling(FILE + ".new");
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    try {
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private void warn(String what, Exception e) {
    log.atWarn()
        .addKeyValue("file", file)
        .addKeyValue("problem", String.valueOf(e.getMessage()))
        .log("since when secrets are known " + what + "; ages count from now where no store tells");
  }
}
