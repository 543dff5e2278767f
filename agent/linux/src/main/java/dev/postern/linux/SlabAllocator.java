package dev.postern.linux;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Cuts chunks of pages into slots of power-of-two sizes. A slot is cut by halving the smallest free
 * one that is large enough, and is kept for its size once it is given back; slots are not joined
 * again, since secrets come in few sizes. What is too large for that gets pages of its own.
 *
 * <p>Everything free is zero-filled. Thread-safe.
 */
final class SlabAllocator {
  /** A multiple of every page size in use, and within the smallest usual RLIMIT_MEMLOCK. */
  static final int CHUNK = 64 * 1024;

  static final int SMALLEST_SLOT = 64;
  static final int LARGEST_SLOT = CHUNK / 4;

  private final PageSource source;
  private final List<Deque<MemorySegment>> freeBySize =
      IntStream.rangeClosed(0, sizeClassOf(CHUNK))
          .<Deque<MemorySegment>>mapToObj(i -> new ArrayDeque<>())
          .toList();
  private Footprint footprint = new Footprint(0, 0, 0);

  SlabAllocator(PageSource source) {
    this.source = source;
    freeBySize.getLast().add(map(CHUNK).memory());
  }

  /** At least {@code size} bytes, all zero. */
  Slot take(int size) {
    if (size < 1) {
      throw new IllegalArgumentException("a block of secret memory has at least one byte");
    }
    return size > LARGEST_SLOT ? new Slot.Own(mapForOne(size)) : new Slot.Shared(cut(size));
  }

  /** Wipes the slot and takes it back; each slot is given back once. */
  void giveBack(Slot slot) {
    // Stores to native memory are never optimised away: other code might see them.
    slot.memory().fill((byte) 0);
    switch (slot) {
      case Slot.Shared(MemorySegment memory) -> free(memory);
      case Slot.Own(Pages pages) -> unmap(pages);
    }
  }

  synchronized Footprint footprint() {
    return footprint;
  }

  private synchronized MemorySegment cut(int size) {
    int wanted = sizeClassOf(size);
    int available = wanted;
    while (available < freeBySize.size() && freeBySize.get(available).isEmpty()) {
      available++;
    }
    MemorySegment piece =
        available < freeBySize.size() ? freeBySize.get(available).pop() : map(CHUNK).memory();
    while (piece.byteSize() > slotSize(wanted)) {
      long half = piece.byteSize() / 2;
      freeBySize.get(sizeClassOf(half)).push(piece.asSlice(half));
      piece = piece.asSlice(0, half);
    }
    return piece;
  }

  private synchronized void free(MemorySegment memory) {
    freeBySize.get(sizeClassOf(memory.byteSize())).push(memory);
  }

  private synchronized Pages mapForOne(int size) {
    return map((long) Math.ceilDiv(size, CHUNK) * CHUNK);
  }

  private synchronized void unmap(Pages pages) {
    source.giveBack(pages);
    footprint = footprint.without(pages);
  }

  private Pages map(long size) {
    Pages pages = source.obtain(size);
    footprint = footprint.with(pages);
    return pages;
  }

  private static int sizeClassOf(long size) {
    long slots = Math.ceilDiv(size, SMALLEST_SLOT);
    return Long.SIZE - Long.numberOfLeadingZeros(slots - 1);
  }

  private static long slotSize(int sizeClass) {
    return (long) SMALLEST_SLOT << sizeClass;
  }

  /** Memory that is in use. */
  sealed interface Slot {
    MemorySegment memory();

    /** A piece of a chunk. */
    record Shared(MemorySegment memory) implements Slot {}

    /** Pages of its own. */
    record Own(Pages pages) implements Slot {
      @Override
      public MemorySegment memory() {
        return pages.memory();
      }
    }
  }

  /** How many bytes are mapped, and how many of them have each protection. */
  record Footprint(long mapped, long locked, long hidden) {
    Footprint with(Pages pages) {
      return plus(pages, pages.size());
    }

    Footprint without(Pages pages) {
      return plus(pages, -pages.size());
    }

    private Footprint plus(Pages pages, long size) {
      return new Footprint(
          mapped + size,
          locked + (pages.locked() ? size : 0),
          hidden + (pages.hidden() ? size : 0));
    }
  }
}
