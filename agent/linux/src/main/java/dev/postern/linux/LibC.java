package dev.postern.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/**
 * Calls functions of the C library; a failed call gives its {@code errno}.
 *
 * <p>They are all called by one shape: six arguments of 64 bits, and a result of 64 bits. In the C
 * calling conventions of every 64-bit Linux that has a JDK 25, numbers and addresses travel in
 * registers of their own, of which a function looks at those that it has parameters for, and of an
 * {@code int} at the lower half. To link a shape takes the JVM 30 ms, and no cache keeps it.
 */
@SuppressWarnings("restricted")
final class LibC {
  private static final String ERRNO = "errno";
  private static final FunctionDescriptor SHAPE =
      FunctionDescriptor.of(
          JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  private final SymbolLookup symbols;
  private final MethodHandle calling;
  private final MemoryLayout callState;
  private final long errnoOffset;

  private LibC() {
    Linker linker = Linker.nativeLinker();
    symbols = linker.defaultLookup();
    calling = linker.downcallHandle(SHAPE, Linker.Option.captureCallState(ERRNO));
    callState = Linker.Option.captureStateLayout();
    errnoOffset = callState.byteOffset(MemoryLayout.PathElement.groupElement(ERRNO));
  }

  /**
   * @throws NativeCallException elsewhere than on 64-bit Linux, or when native access is denied
   */
  static LibC open() throws NativeCallException {
    String system = System.getProperty("os.name", "unknown");
    if (!system.toLowerCase(Locale.ROOT).startsWith("linux")) {
      throw new NativeCallException("no native calls on " + system);
    }
    try {
      return Linked.LIB_C;
    } catch (RuntimeException | LinkageError e) {
      throw new NativeCallException("no native calls in this JVM", e);
    }
  }

  /**
   * Finds a function that takes and returns numbers and addresses only.
   *
   * @throws NativeCallException when this C library does not have it
   */
  Function function(String name) throws NativeCallException {
    return new Function(
        name,
        symbols
            .find(name)
            .orElseThrow(() -> new NativeCallException("the C library has no " + name)));
  }

  /** Made once: whoever comes while it is made waits for it. */
  private static final class Linked {
    private static final LibC LIB_C = new LibC();
  }

  /** A function of the C library that fails by returning -1. */
  final class Function {
    private final String name;
    private final MemorySegment address;

    private Function(String name, MemorySegment address) {
      this.name = name;
      this.address = address;
    }

    /** Calls what returns an {@code int}. */
    int call(long first, long second, long third) throws NativeCallException {
      return call(first, second, third, 0, 0);
    }

    /** Calls what returns an {@code int}. */
    int call(long first, long second, long third, long fourth, long fifth)
        throws NativeCallException {
      return (int) invoke(true, first, second, third, fourth, fifth, 0);
    }

    /** Calls what returns a {@code long} or an address. */
    long callLong(long first, long second, long third, long fourth, long fifth, long sixth)
        throws NativeCallException {
      return invoke(false, first, second, third, fourth, fifth, sixth);
    }

    private long invoke(
        boolean narrow, long first, long second, long third, long fourth, long fifth, long sixth)
        throws NativeCallException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment state = arena.allocate(callState);
        long result =
            (long) calling.invokeExact(address, state, first, second, third, fourth, fifth, sixth);
        if ((narrow ? (int) result : result) == -1) {
          throw new NativeCallException(name, state.get(JAVA_INT, errnoOffset));
        }
        return result;
      } catch (NativeCallException | RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new AssertionError(name + " was called by another shape", e);
      }
    }
  }
}
