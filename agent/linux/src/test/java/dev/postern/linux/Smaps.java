package dev.postern.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the kernel says about this process's memory. */
final class Smaps {
  private Smaps() {}

  /** The flags ({@code VmFlags}) of the mapping that the buffer lies in. */
  static List<String> flagsOf(ByteBuffer buffer) {
    long address = MemorySegment.ofBuffer(buffer).address();
    boolean inside = false;
    for (String line : lines("/proc/self/smaps")) {
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        inside = contains(line, address);
      } else if (inside && line.startsWith("VmFlags:")) {
        return List.of(line.substring("VmFlags:".length()).trim().split(" "));
      }
    }
    throw new AssertionError("no mapping holds the buffer");
  }

  /** RAM locked by this process, in KiB. */
  static long lockedKib() {
    return lines("/proc/self/status").stream()
        .filter(line -> line.startsWith("VmLck:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  private static boolean contains(String mapping, long address) {
    int dash = mapping.indexOf('-');
    long start = Long.parseUnsignedLong(mapping, 0, dash, 16);
    long end = Long.parseUnsignedLong(mapping, dash + 1, mapping.indexOf(' '), 16);
    return Long.compareUnsigned(start, address) <= 0 && Long.compareUnsigned(address, end) < 0;
  }

  private static List<String> lines(String file) {
    try {
      return Files.readAllLines(Path.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
