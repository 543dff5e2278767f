package dev.postern.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
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

  private final LibC libC;
  private final MethodHandle mmap;
  private final MethodHandle munmap;
  private final MethodHandle mlock;
  private final MethodHandle munlock;
  private final MethodHandle madvise;
  private final AtomicBoolean warned = new AtomicBoolean();

  /**
   * @throws NativeCallException when the calls cannot be linked
   */
  LockedPages() throws NativeCallException {
    libC = LibC.open();
    mmap =
        libC.link(
            "mmap",
            FunctionDescriptor.of(
                JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    munmap = libC.link("munmap", LibC.onRange());
    mlock = libC.link("mlock", LibC.onRange());
    munlock = libC.link("munlock", LibC.onRange());
    madvise = libC.link("madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
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
    boolean locked = attempt(() -> onRange("mlock", mlock, memory));
    return new Pages(memory, locked, hidden);
  }

  /**
   * Frees the RAM at once. The address range itself is unmapped when no buffer can reach it any
   * more, because an access to a range that is gone would crash the JVM.
   */
  @Override
  public void giveBack(Pages pages) {
    if (pages.locked()) {
      attempt(() -> onRange("munlock", munlock, pages.memory()));
    }
    // Only what was mapped here is hidden; plain memory shares its pages with other data.
    if (pages.hidden()) {
      attempt(() -> advise(pages.memory(), MADV_DONTNEED));
    }
  }

  private MemorySegment map(long size) throws NativeCallException {
    long address =
        libC.call(
            "mmap",
            state -> {
              try {
                return (long)
                    mmap.invokeExact(
                        state, 0L, size, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
              } catch (Throwable e) {
                throw new AssertionError("mmap was linked with another shape", e);
              }
            });
    return MemorySegment.ofAddress(address).reinterpret(size, Arena.ofAuto(), this::unmap);
  }

  private void unmap(MemorySegment memory) {
    attempt(() -> onRange("munmap", munmap, memory));
  }

  private void advise(MemorySegment memory, int advice) throws NativeCallException {
    libC.call(
        "madvise",
        state -> {
          try {
            return (int) madvise.invokeExact(state, memory.address(), memory.byteSize(), advice);
          } catch (Throwable e) {
            throw new AssertionError("madvise was linked with another shape", e);
          }
        });
  }

  private void onRange(String name, MethodHandle function, MemorySegment memory)
      throws NativeCallException {
    libC.call(
        name,
        state -> {
          try {
            return (int) function.invokeExact(state, memory.address(), memory.byteSize());
          } catch (Throwable e) {
            throw new AssertionError(name + " was linked with another shape", e);
          }
        });
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
