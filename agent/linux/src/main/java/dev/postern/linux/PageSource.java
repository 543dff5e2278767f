package dev.postern.linux;

import java.lang.foreign.Arena;

/** Where an allocator gets its pages. Thread-safe. */
interface PageSource {

  /** Pages without any protection. */
  PageSource PLAIN = size -> new Pages(Arena.ofAuto().allocate(size, 64), false, false);

  /** Maps {@code size} bytes; a protection that is refused is left off, and the result says so. */
  Pages obtain(long size);

  /** Takes wiped pages back; a reader that still holds a buffer over them sees zeros. */
  default void giveBack(Pages pages) {}
}
