package dev.postern.linux;

import dev.postern.SecretMemory;
import dev.postern.linux.SlabAllocator.Footprint;
import dev.postern.linux.SlabAllocator.Slot;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Secret memory that stays out of swap and core dumps, as far as the system allows. It never fails
 * for want of a protection: {@link #protection()} says what it got.
 */
public final class LockedMemory implements SecretMemory {
  private static final Logger log = LoggerFactory.getLogger(LockedMemory.class);

  private final SlabAllocator allocator;

  /** Maps the first pages, so that what is protected is known from the start. */
  public LockedMemory() {
    this(pageSource());
  }

  LockedMemory(PageSource source) {
    allocator = new SlabAllocator(source);
  }

  @Override
  public Block allocate(int size) {
    return new SlotBlock(allocator, size);
  }

  @Override
  public String protection() {
    Footprint footprint = allocator.footprint();
    return "off-heap and wiped; "
        + share("locked in memory", footprint.locked(), footprint.mapped(), "may be swapped out")
        + "; "
        + share("left out of core dumps", footprint.hidden(), footprint.mapped(), "may be dumped");
  }

  @Override
  public boolean locked() {
    Footprint footprint = allocator.footprint();
    return footprint.locked() == footprint.mapped();
  }

  private static String share(String protection, long have, long all, String otherwise) {
    if (have == all) {
      return protection;
    }
    return have == 0
        ? "not " + protection
        : "%s: %d of %d KiB, the rest %s".formatted(protection, have >> 10, all >> 10, otherwise);
  }

  private static PageSource pageSource() {
    try {
      return new LockedPages();
    } catch (NativeCallException e) {
      log.atWarn()
          .addKeyValue("cause", e.getMessage())
          .log("secret memory is neither locked nor left out of core dumps");
      return PageSource.PLAIN;
    }
  }

  /** A slot in use, as a buffer. */
  private static final class SlotBlock implements Block {
    private final SlabAllocator allocator;
    private final Slot slot;
    private final ByteBuffer view;
    // A slot given back twice would later have two owners, so this holds even when owners race.
    private final AtomicBoolean closed = new AtomicBoolean();

    SlotBlock(SlabAllocator allocator, int size) {
      this.allocator = allocator;
      slot = allocator.take(size);
      view = slot.memory().asSlice(0, size).asByteBuffer();
    }

    @Override
    public ByteBuffer buffer() {
      if (closed.get()) {
        throw new IllegalStateException("this block of secret memory was given back");
      }
      return view.duplicate();
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        allocator.giveBack(slot);
      }
    }
  }
}
