package dev.postern.linux;

import java.lang.foreign.MemorySegment;

/**
 * Zero-filled memory fresh from the system.
 *
 * @param locked whether it stays out of swap
 * @param hidden whether it stays out of core dumps
 */
record Pages(MemorySegment memory, boolean locked, boolean hidden) {
  long size() {
    return memory.byteSize();
  }
}
