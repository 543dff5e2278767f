package dev.postern;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes that must not be seen: held off-heap, wiped on {@link #close()}, printed as their length.
 * Whatever hands the bytes out is called {@code expose…}, so that every use can be found by that
 * word.
 *
 * <p>Thread-safe. Whoever holds one closes it; an access after that is an {@link
 * IllegalStateException}.
 */
public final class SecretBytes implements AutoCloseable {
  private final SecretMemory.Block block;
  private final int length;
  private boolean closed;

  private SecretBytes(ByteBuffer source) {
    length = source.remaining();
    block = SecretMemory.process().allocate(Math.max(1, length));
    block.buffer().put(source);
  }

  /** Copies the bytes; the caller keeps, and wipes, its own. */
  public static SecretBytes copyOf(byte[] bytes) {
    return new SecretBytes(ByteBuffer.wrap(bytes));
  }

  /** Copies what remains in the buffer, and leaves its position alone. */
  public static SecretBytes copyOf(ByteBuffer bytes) {
    return new SecretBytes(bytes.duplicate());
  }

  /** Copies the bytes and wipes the array it was given. */
  public static SecretBytes takeOwnershipOf(byte[] bytes) {
    try {
      return copyOf(bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** For libraries that hand out a {@code String}, of which the heap copy cannot be wiped. */
  public static SecretBytes ofUtf8(String text) {
    return takeOwnershipOf(text.getBytes(StandardCharsets.UTF_8));
  }

  public int length() {
    return length;
  }

  /** A copy on the heap, which the caller wipes as soon as it can. */
  public synchronized byte[] exposeCopy() {
    byte[] copy = new byte[length];
    contents().get(copy);
    return copy;
  }

  /** Appends the bytes to the buffer. */
  public synchronized void exposeTo(ByteBuffer target) {
    target.put(contents());
  }

  /**
   * For libraries that take a {@code String} only.
   *
   * @throws IllegalStateException when the bytes are not UTF-8; the message shows none of them
   */
  public synchronized String exposeUtf8() {
    try {
      CharBuffer chars = StandardCharsets.UTF_8.newDecoder().decode(contents());
      String text = chars.toString();
      Arrays.fill(chars.array(), '\0');
      return text;
    } catch (CharacterCodingException e) {
      throw new IllegalStateException("the secret value is not valid UTF-8 text");
    }
  }

  /** Compares contents in a time that does not depend on where they differ. */
  public boolean sameAs(SecretBytes other) {
    byte[] mine = exposeCopy();
    byte[] theirs = other.exposeCopy();
    try {
      return java.security.MessageDigest.isEqual(mine, theirs);
    } finally {
      Arrays.fill(mine, (byte) 0);
      Arrays.fill(theirs, (byte) 0);
    }
  }

  /** Wipes the bytes. Repeating it does nothing. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      block.close();
    }
  }

  @Override
  public String toString() {
    return "SecretBytes[" + length + " bytes]";
  }

  private ByteBuffer contents() {
    if (closed) {
      throw new IllegalStateException("the secret value was already wiped");
    }
    return block.buffer().limit(length);
  }
}
