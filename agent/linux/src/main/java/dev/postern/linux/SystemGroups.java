package dev.postern.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Groups by name, as the system looks them up: in {@code /etc/group}, or wherever {@code
 * nsswitch.conf} sends it. The JDK finds them too, and keeps their numbers to itself.
 */
public final class SystemGroups {
  /** Where {@code struct group} has the number: after the name and the password. */
  private static final long NUMBER = 16;

  private static final long STRUCT_GROUP = 32;

  /** Room for the names of a group's members; doubled until it does. */
  private static final int ROOM = 4096;

  private static final int MOST_ROOM = 16 << 20;

  /** None, {@code ENOENT} or {@code ESRCH}: "the given name was not found" (getgrnam_r(3)). */
  private static final Set<Integer> NOT_FOUND = Set.of(0, 2, 3);

  private SystemGroups() {}

  /**
   * The number of a group, or empty when this machine has none of that name. Waits for a directory
   * service where there is one.
   *
   * @throws IOException when it cannot be looked up, as elsewhere than on 64-bit Linux
   */
  public static OptionalInt numberOf(String name) throws IOException {
    try {
      LibC.Function getgrnam = LibC.open().function("getgrnam_r");
      int room = ROOM;
      while (true) {
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment group = arena.allocate(STRUCT_GROUP, Long.BYTES);
          MemorySegment found = arena.allocate(JAVA_LONG);
          // It returns an error number instead of leaving one.
          int error =
              getgrnam.call(
                  arena.allocateFrom(name).address(),
                  group.address(),
                  arena.allocate(room).address(),
                  room,
                  found.address());
          if (error == NativeCallException.OUT_OF_RANGE && room < MOST_ROOM) {
            room *= 2;
          } else if (found.get(JAVA_LONG, 0) != 0) {
            return OptionalInt.of(group.get(JAVA_INT, NUMBER));
          } else if (NOT_FOUND.contains(error)) {
            return OptionalInt.empty();
          } else {
            throw new IOException("the look-up of a group failed with error " + error);
          }
        }
      }
    } catch (NativeCallException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
