package dev.postern.sidecar.templates;

import dev.postern.SecretBytes;
import dev.postern.SecretMemory;
import java.nio.ByteBuffer;

/**
 * What a file is to hold, in secret memory; prints as its length. Not thread-safe; whoever holds it
 * closes it, which wipes it.
 */
public final class Rendered implements AutoCloseable {
  private static final int FIRST_SIZE = 512;

  /** Far beyond any config file with a secret in it. */
  private static final int LARGEST = 1 << 20;

  private SecretMemory.Block block;
  private ByteBuffer bytes;

  Rendered() {
    this(FIRST_SIZE);
  }

  private Rendered(int size) {
    block = SecretMemory.process().allocate(size);
    bytes = block.buffer();
  }

  /** The value as it is, without a line end. */
  public static Rendered raw(SecretBytes value) {
    Rendered rendered = new Rendered(Math.max(1, value.length()));
    value.exposeTo(rendered.bytes);
    return rendered;
  }

  public int length() {
    return bytes.position();
  }

  /** The content, as a buffer of its own that is valid until {@link #close()}. */
  public ByteBuffer exposeBytes() {
    return bytes.duplicate().flip().asReadOnlyBuffer();
  }

  /** Appends a character; the second half of a pair comes with the first. */
  void append(int codePoint) {
    if (codePoint < 0x80) {
      put(codePoint);
    } else if (codePoint < 0x800) {
      put(0xc0 | codePoint >> 6);
      put(0x80 | (codePoint & 0x3f));
    } else if (codePoint < 0x10000) {
      put(0xe0 | codePoint >> 12);
      put(0x80 | ((codePoint >> 6) & 0x3f));
      put(0x80 | (codePoint & 0x3f));
    } else {
      put(0xf0 | codePoint >> 18);
      put(0x80 | ((codePoint >> 12) & 0x3f));
      put(0x80 | ((codePoint >> 6) & 0x3f));
      put(0x80 | (codePoint & 0x3f));
    }
  }

  void append(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      int codePoint = Character.codePointAt(text, i);
      append(codePoint);
      i += Character.charCount(codePoint) - 1;
    }
  }

  private void put(int octet) {
    if (!bytes.hasRemaining()) {
      grow();
    }
    bytes.put((byte) octet);
  }

  private void grow() {
    if (bytes.capacity() >= LARGEST) {
      throw new TemplateException("the file would be larger than 1 MiB");
    }
    SecretMemory.Block larger = SecretMemory.process().allocate(2 * bytes.capacity());
    ByteBuffer target = larger.buffer();
    target.put(bytes.flip());
    block.close();
    block = larger;
    bytes = target;
  }

  @Override
  public String toString() {
    return "Rendered[" + length() + " bytes]";
  }

  @Override
  public void close() {
    block.close();
  }
}
