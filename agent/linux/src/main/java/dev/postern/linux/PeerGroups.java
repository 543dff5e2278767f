package dev.postern.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The supplementary groups of whoever connected to a Unix socket, as the kernel noted them at that
 * moment: {@code SO_PEERGROUPS}, Linux 4.13. What becomes of the process later changes nothing.
 * Thread-safe.
 */
public final class PeerGroups {
  // The same on x86-64 and aarch64 (asm-generic/socket.h).
  private static final int SOL_SOCKET = 1;
  private static final int SO_PEERGROUPS = 59;

  /** More than most users are in; whoever is in more costs a second call. */
  static final int USUAL = 32;

  private final LibC.Function getsockopt;

  /**
   * Links the call, so that the first connection does not wait for it.
   *
   * @throws IOException elsewhere than on 64-bit Linux, or when native access is denied
   */
  public PeerGroups() throws IOException {
    try {
      getsockopt = LibC.open().function("getsockopt");
    } catch (NativeCallException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * One system call, or two for many groups; does not block.
   *
   * @param socket the file descriptor of an accepted connection, or of one end of a pair
   * @return their numbers, in no order; the primary group need not be among them
   * @throws IOException when the kernel does not tell
   */
  public int[] of(int socket) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment length = arena.allocate(JAVA_INT);
      try {
        return ask(socket, USUAL, length, arena);
      } catch (NativeCallException e) {
        int needed = length.get(JAVA_INT, 0) / Integer.BYTES;
        if (e.errno() != NativeCallException.OUT_OF_RANGE || needed <= USUAL) {
          throw e;
        }
        return ask(socket, needed, length, arena);
      }
    } catch (NativeCallException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private int[] ask(int socket, int room, MemorySegment length, Arena arena)
      throws NativeCallException {
    MemorySegment groups = arena.allocate(JAVA_INT, room);
    length.set(JAVA_INT, 0, Math.toIntExact(groups.byteSize()));
    getsockopt.call(socket, SOL_SOCKET, SO_PEERGROUPS, groups.address(), length.address());
    return groups.asSlice(0, length.get(JAVA_INT, 0)).toArray(JAVA_INT);
  }
}
