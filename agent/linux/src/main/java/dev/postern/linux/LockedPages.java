package dev.postern.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Anonymous mappings, locked and left out of core dumps as far as the kernel allows. */
@SuppressWarnings("restricted")
final class LockedPages implements PageSource {
  private static final Logger log = LoggerFactory.getLogger(LockedPages.class);

  // The same on every architecture that has a JDK 25 for Linux.
  private static final int PROT_READ_WRITE = 1 | 2;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x02 | 0x20;
  private static final int MADV_DONTNEED = 4;
  private static final int MADV_DONTDUMP = 16;

  private final LibC.Function mmap;
  private final LibC.Function munmap;
  private final LibC.Function mlock;
  private final LibC.Function munlock;
  private final LibC.Function madvise;
  private final AtomicBoolean warned = new AtomicBoolean();

  /**
   * @throws NativeCallException when the calls cannot be linked
   */
  LockedPages() throws NativeCallException {
    LibC libC = LibC.open();
    mmap = libC.function("mmap");
    munmap = libC.function("munmap");
    mlock = libC.function("mlock");
    munlock = libC.function("munlock");
    madvise = libC.function("madvise");
  }

  @Override
  public Pages obtain(long size) {
    MemorySegment memory;
    try {
      memory = map(size);
    } catch (NativeCallException e) {
      warnOnce(e);
      return PLAIN.obtain(size);
    }
    boolean hidden = attempt(() -> advise(memory, MADV_DONTDUMP));
    boolean locked = attempt(() -> onRange(mlock, memory));
    return new Pages(memory, locked, hidden);
  }

  /**
   * Frees the RAM at once. The address range itself is unmapped when no buffer can reach it any
   * more, because an access to a range that is gone would crash the JVM.
   */
  @Override
  public void giveBack(Pages pages) {
    if (pages.locked()) {
      attempt(() -> onRange(munlock, pages.memory()));
    }
    // Only what was mapped here is hidden; plain memory shares its pages with other data.
    if (pages.hidden()) {
      attempt(() -> advise(pages.memory(), MADV_DONTNEED));
    }
  }

  private MemorySegment map(long size) throws NativeCallException {
    long address = mmap.callLong(0, size, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
    return MemorySegment.ofAddress(address).reinterpret(size, Arena.ofAuto(), this::unmap);
  }

  private void unmap(MemorySegment memory) {
    attempt(() -> onRange(munmap, memory));
  }

  private void advise(MemorySegment memory, int advice) throws NativeCallException {
    madvise.call(memory.address(), memory.byteSize(), advice);
  }

  private static void onRange(LibC.Function function, MemorySegment memory)
      throws NativeCallException {
    function.call(memory.address(), memory.byteSize(), 0);
  }

  private boolean attempt(Call call) {
    try {
      call.run();
      return true;
    } catch (NativeCallException e) {
      warnOnce(e);
      return false;
    }
  }

  private void warnOnce(NativeCallException failure) {
    if (warned.compareAndSet(false, true)) {
      log.atWarn()
          .addKeyValue("cause", failure.getMessage())
          .log(
              "some secret memory is not fully protected and may be swapped out or dumped; "
                  + "for mlock raise RLIMIT_MEMLOCK (ulimit -l, LimitMEMLOCK=)");
    }
  }

  private interface Call {
    void run() throws NativeCallException;
  }
}
