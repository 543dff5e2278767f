package dev.postern;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Finds the memory of this process once: the class that the system property of the interface's name
 * names, else what the class path offers. To look there, the JDK opens every jar, and so an agent
 * starts sooner that is told.
 */
final class ProcessSecretMemory {
  static final SecretMemory INSTANCE =
      named(System.getProperty(SecretMemory.class.getName()))
          .or(ProcessSecretMemory::offered)
          .orElseGet(DirectMemory::new);

  private ProcessSecretMemory() {}

  static Optional<SecretMemory> named(@Nullable String name) {
    if (name == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Class.forName(name).asSubclass(SecretMemory.class).getConstructor().newInstance());
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new IllegalStateException(
          "the system property %s names no secret memory: correct or remove it"
              .formatted(SecretMemory.class.getName()),
          e);
    }
  }

  private static Optional<SecretMemory> offered() {
    return ServiceLoader.load(SecretMemory.class, SecretMemory.class.getClassLoader()).findFirst();
  }

  /** Off-heap and wiped, but neither locked nor kept out of core dumps. */
  static final class DirectMemory implements SecretMemory {
    @Override
    public Block allocate(int size) {
      return new DirectBlock(ByteBuffer.allocateDirect(size));
    }

    @Override
    public String protection() {
      return "off-heap and wiped; not locked, core dumps may show it";
    }

    @Override
    public boolean locked() {
      return false;
    }
  }

  private static final class DirectBlock implements SecretMemory.Block {
    private final ByteBuffer memory;
    private boolean closed;

    DirectBlock(ByteBuffer memory) {
      this.memory = memory;
    }

    @Override
    public ByteBuffer buffer() {
      if (closed) {
        throw new IllegalStateException("this block of secret memory was given back");
      }
      return memory.duplicate();
    }

    @Override
    public void close() {
      closed = true;
      for (int i = 0; i < memory.capacity(); i++) {
        memory.put(i, (byte) 0);
      }
    }
  }
}
