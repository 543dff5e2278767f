package dev.postern;

import java.nio.ByteBuffer;
import java.util.ServiceLoader;

/** Finds the memory of this process once. */
final class ProcessSecretMemory {
  static final SecretMemory INSTANCE =
      ServiceLoader.load(SecretMemory.class, SecretMemory.class.getClassLoader())
          .findFirst()
          .orElseGet(DirectMemory::new);

  private ProcessSecretMemory() {}

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
