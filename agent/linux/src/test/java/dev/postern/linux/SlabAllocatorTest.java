package dev.postern.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.linux.SlabAllocator.Slot;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SlabAllocatorTest {

  /** Positive: take that many bytes. Negative: give back one of the slots held. */
  @Property(tries = 300)
  void slotsAreLargeEnoughApartFromEachOtherAndZero(
      @ForAll @Size(max = 200) List<@IntRange(min = -400, max = 40_000) Integer> steps) {
    SlabAllocator allocator = new SlabAllocator(PageSource.PLAIN);
    List<Slot> held = new ArrayList<>();
    byte mark = 0;
    for (int step : steps) {
      if (step > 0) {
        Slot slot = allocator.take(step);
        assertThat(slot.memory().byteSize()).isGreaterThanOrEqualTo(step);
        assertThat(slot.memory().mismatch(zeros(slot.memory().byteSize()))).isEqualTo(-1);
        held.forEach(
            other -> assertThat(slot.memory().asOverlappingSlice(other.memory())).isEmpty());
        slot.memory().fill(++mark);
        held.add(slot);
      } else if (!held.isEmpty()) {
        allocator.giveBack(held.remove(-step % held.size()));
      }
    }
    held.forEach(SlabAllocatorTest::assertNobodyElseWroteIn);
  }

  @Test
  void bytesGivenBackAreUsedAgain() {
    SlabAllocator allocator = new SlabAllocator(PageSource.PLAIN);
    for (int i = 0; i < 500; i++) {
      Slot small = allocator.take(100);
      Slot large = allocator.take(70_000);
      allocator.giveBack(large);
      allocator.giveBack(small);
    }
    assertThat(allocator.footprint().mapped()).isEqualTo(SlabAllocator.CHUNK);
  }

  @Test
  void aChunkIsUsedToTheLastByteBeforeAnotherIsMapped() {
    SlabAllocator allocator = new SlabAllocator(PageSource.PLAIN);
    for (int i = 0; i < SlabAllocator.CHUNK / SlabAllocator.SMALLEST_SLOT; i++) {
      allocator.take(1);
    }
    assertThat(allocator.footprint().mapped()).isEqualTo(SlabAllocator.CHUNK);
    allocator.take(1);
    assertThat(allocator.footprint().mapped()).isEqualTo(2 * SlabAllocator.CHUNK);
  }

  @Test
  void sizesAtTheEdgesGetTheirSlot() {
    SlabAllocator allocator = new SlabAllocator(PageSource.PLAIN);
    assertThat(allocator.take(SlabAllocator.SMALLEST_SLOT).memory().byteSize()).isEqualTo(64);
    assertThat(allocator.take(SlabAllocator.SMALLEST_SLOT + 1).memory().byteSize()).isEqualTo(128);
    assertThat(allocator.take(SlabAllocator.LARGEST_SLOT)).isInstanceOf(Slot.Shared.class);
    assertThat(allocator.take(SlabAllocator.LARGEST_SLOT + 1)).isInstanceOf(Slot.Own.class);
  }

  @Test
  void threadsNeverShareASlot() throws InterruptedException, ExecutionException {
    SlabAllocator allocator = new SlabAllocator(PageSource.PLAIN);
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<?>> results = new ArrayList<>();
      IntStream.rangeClosed(1, 8)
          .mapToObj(mark -> takeMarkAndGiveBack(allocator, (byte) mark))
          .forEach(task -> results.add(threads.submit(task)));
      for (Future<?> result : results) {
        result.get();
      }
    }
  }

  private static Callable<?> takeMarkAndGiveBack(SlabAllocator allocator, byte mark) {
    return () -> {
      for (int i = 0; i < 2_000; i++) {
        Slot slot = allocator.take(1 + i % 300);
        assertThat(slot.memory().mismatch(zeros(slot.memory().byteSize()))).isEqualTo(-1);
        slot.memory().fill(mark);
        assertNobodyElseWroteIn(slot);
        allocator.giveBack(slot);
      }
      return mark;
    };
  }

  private static void assertNobodyElseWroteIn(Slot slot) {
    byte mark = slot.memory().get(ValueLayout.JAVA_BYTE, 0);
    MemorySegment same = zeros(slot.memory().byteSize()).fill(mark);
    assertThat(slot.memory().mismatch(same)).isEqualTo(-1);
  }

  private static MemorySegment zeros(long size) {
    return MemorySegment.ofArray(new byte[Math.toIntExact(size)]);
  }
}
