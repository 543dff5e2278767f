package dev.postern.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Links functions of the C library so that a call gives its result and the {@code errno} with it.
 * Addresses travel as plain 64-bit numbers, which keeps the number of call shapes, and with it the
 * time of the first call, small.
 */
@SuppressWarnings("restricted")
final class LibC {
  private static final String ERRNO = "errno";

  private final Linker linker;
  private final MemoryLayout callState;
  private final long errnoOffset;

  private LibC() {
    linker = Linker.nativeLinker();
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
      return new LibC();
    } catch (RuntimeException | LinkageError e) {
      throw new NativeCallException("no native calls in this JVM", e);
    }
  }

  /** Links a function; its handle takes the call state first. */
  MethodHandle link(String name, FunctionDescriptor shape, Linker.Option... options)
      throws NativeCallException {
    try {
      List<Linker.Option> all = new ArrayList<>(List.of(options));
      all.add(Linker.Option.captureCallState(ERRNO));
      return linker.downcallHandle(
          linker.defaultLookup().findOrThrow(name), shape, all.toArray(Linker.Option[]::new));
    } catch (RuntimeException | LinkageError e) {
      throw new NativeCallException("the C library's " + name + " cannot be called", e);
    }
  }

  /** Shape of a function that takes an address and a length, as most of them do. */
  static FunctionDescriptor onRange() {
    return FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG);
  }

  /** Makes a call; a result of -1 is a failure, as everywhere in this library. */
  long call(String name, Invocation invocation) throws NativeCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(callState);
      long result = invocation.run(state);
      if (result == -1) {
        throw new NativeCallException(name, state.get(JAVA_INT, errnoOffset));
      }
      return result;
    }
  }

  /** A call with its arguments at hand. */
  @FunctionalInterface
  interface Invocation {
    long run(MemorySegment callState);
  }
}
