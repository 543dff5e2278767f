package dev.postern.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.SecretBytes;
import dev.postern.SecretMemory;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class LockedMemoryTest {
  private static final byte[] VALUE = "key-0123456789".getBytes(UTF_8);

  private final LockedMemory memory = new LockedMemory();

  @Test
  void servesTheWholeProcess() {
    assertThat(SecretMemory.process()).isInstanceOf(LockedMemory.class);
    try (SecretBytes secret = SecretBytes.copyOf(VALUE)) {
      assertThat(secret.exposeUtf8()).isEqualTo("key-0123456789");
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void theKernelKeepsBlocksOutOfCoreDumpsAndOutOfSwap() {
    try (SecretMemory.Block small = memory.allocate(40);
        SecretMemory.Block large = memory.allocate(200_000)) {
      assertThat(Smaps.flagsOf(small.buffer())).contains("dd");
      assertThat(Smaps.flagsOf(large.buffer())).contains("dd");
      assertThat(
              Smaps.flagsOf(small.buffer()).contains("lo")
                  && Smaps.flagsOf(large.buffer()).contains("lo"))
          .isEqualTo(memory.locked());
      assertThat(memory.protection()).contains("left out of core dumps");
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aLargeBlockGivesItsLockBackWhenItIsClosed() {
    SecretMemory.Block large = memory.allocate(1_000_000);
    long with = Smaps.lockedKib();
    boolean locked = memory.locked();
    ByteBuffer held = large.buffer();
    large.close();
    assertThat(with - Smaps.lockedKib()).isEqualTo(locked ? 1024 : 0);
    assertThat(Smaps.flagsOf(held)).doesNotContain("lo");
  }

  @Test
  void aBlockIsADirectWritableBufferOfExactlyItsSizeAndZero() {
    try (SecretMemory.Block block = memory.allocate(100)) {
      ByteBuffer buffer = block.buffer();
      assertThat(buffer.isDirect()).isTrue();
      assertThat(buffer.isReadOnly()).isFalse();
      assertThat(buffer.capacity()).isEqualTo(100);
      assertThat(bytesOf(buffer)).containsOnly(0);
    }
  }

  @Test
  void eachBufferHasItsOwnPositionOverTheSameBytes() {
    try (SecretMemory.Block block = memory.allocate(VALUE.length)) {
      block.buffer().put(VALUE);
      assertThat(block.buffer().position()).isZero();
      assertThat(bytesOf(block.buffer())).isEqualTo(VALUE);
    }
  }

  @Test
  void theOperatingSystemReadsAndWritesItDirectly() throws IOException {
    Pipe pipe = Pipe.open();
    try (SecretMemory.Block out = memory.allocate(VALUE.length);
        SecretMemory.Block in = memory.allocate(VALUE.length);
        var sink = pipe.sink();
        var source = pipe.source()) {
      sink.write(out.buffer().put(VALUE).flip());
      source.read(in.buffer());
      assertThat(bytesOf(in.buffer())).isEqualTo(VALUE);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void closingWipesASmallBlock() throws IOException {
    assertWipedByClosing(memory.allocate(VALUE.length));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void closingWipesALargeBlock() throws IOException {
    assertWipedByClosing(memory.allocate(100_000));
  }

  /** Looks through the kernel's eyes, so that no layer of ours can pretend. */
  private static void assertWipedByClosing(SecretMemory.Block block) throws IOException {
    ByteBuffer held = block.buffer();
    held.put(VALUE).flip();
    long address = MemorySegment.ofBuffer(held).address();
    assertThat(memoryOfThisProcess(address)).isEqualTo(VALUE);
    block.close();
    assertThat(memoryOfThisProcess(address)).containsOnly(0).hasSize(VALUE.length);
    assertThat(bytesOf(held)).containsOnly(0);
  }

  @Test
  void closingTwiceGivesTheBytesToOneOwnerOnly() {
    SecretMemory.Block first = memory.allocate(64);
    first.close();
    first.close();
    try (SecretMemory.Block second = memory.allocate(64);
        SecretMemory.Block third = memory.allocate(64)) {
      second.buffer().put(VALUE);
      assertThat(bytesOf(third.buffer())).containsOnly(0);
    }
  }

  @Test
  void aClosedBlockHandsOutNoBuffer() {
    SecretMemory.Block block = memory.allocate(8);
    block.close();
    assertThatThrownBy(block::buffer).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aBlockWithoutBytesIsRefused() {
    assertThatThrownBy(() -> memory.allocate(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> memory.allocate(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void withoutAnyProtectionItWorksAndSaysSo() {
    LockedMemory plain = new LockedMemory(PageSource.PLAIN);
    try (SecretMemory.Block block = plain.allocate(100_000)) {
      block.buffer().put(VALUE);
      assertThat(plain.locked()).isFalse();
      assertThat(plain.protection())
          .isEqualTo("off-heap and wiped; not locked in memory; not left out of core dumps");
    }
  }

  @Test
  void aPartThatCouldNotBeLockedIsNamed() {
    PageSource firstOnly =
        new PageSource() {
          private boolean asked;

          @Override
          public Pages obtain(long size) {
            Pages plain = PLAIN.obtain(size);
            boolean locked = !asked;
            asked = true;
            return new Pages(plain.memory(), locked, true);
          }
        };
    LockedMemory partly = new LockedMemory(firstOnly);
    assertThat(partly.locked()).isTrue();
    try (SecretMemory.Block unlocked = partly.allocate(60_000)) {
      assertThat(unlocked.buffer().capacity()).isEqualTo(60_000);
      assertThat(partly.locked()).isFalse();
      assertThat(partly.protection())
          .isEqualTo(
              "off-heap and wiped; locked in memory: 64 of 128 KiB, the rest may be swapped out; "
                  + "left out of core dumps");
    }
    assertThat(partly.locked()).isTrue();
  }

  private static byte[] bytesOf(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static byte[] memoryOfThisProcess(long address) throws IOException {
    try (FileChannel channel = FileChannel.open(Path.of("/proc/self/mem"))) {
      ByteBuffer copy = ByteBuffer.allocate(VALUE.length);
      channel.read(copy, address);
      return copy.array();
    }
  }
}
