package dev.postern.sidecar.templates;

import dev.postern.SecretBytes;
import dev.postern.SecretMemory;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** A value as characters in secret memory; prints as its length. Its maker closes it. */
final class SecretText implements CharSequence, AutoCloseable {
  private final String name;
  private final SecretMemory.Block block;
  private final CharBuffer chars;

  /**
   * Always the same instance: jmustache asks for it where a value is not to be quoted, and passes
   * it on.
   */
  private final String print;

  private SecretText(String name, SecretMemory.Block block, CharBuffer chars) {
    this.name = name;
    this.block = block;
    this.chars = chars;
    this.print = "SecretText[" + chars.length() + " characters]";
  }

  /**
   * @throws TemplateException when the value is not UTF-8
   */
  static SecretText of(String name, SecretBytes value) {
    SecretMemory.Block text = SecretMemory.process().allocate(2 * value.length() + 2);
    try (SecretMemory.Block bytes = SecretMemory.process().allocate(Math.max(1, value.length()))) {
      ByteBuffer source = bytes.buffer();
      value.exposeTo(source);
      CharBuffer target = text.buffer().asCharBuffer();
      var decoder =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT);
      if (decoder.decode(source.flip(), target, true).isError()) {
        throw new TemplateException(
            "field " + name + " is not UTF-8 text: only a file without a template can hold it");
      }
      return new SecretText(name, text, target.flip());
    } catch (RuntimeException e) {
      text.close();
      throw e;
    }
  }

  /** The field that it is the value of. */
  String name() {
    return name;
  }

  @Override
  public int length() {
    return chars.length();
  }

  @Override
  public char charAt(int index) {
    return chars.get(index);
  }

  /** A view, which ends with this text. */
  @Override
  public CharSequence subSequence(int start, int end) {
    return new SecretText(name, block, chars.slice(start, end - start));
  }

  @Override
  public String toString() {
    return print;
  }

  @Override
  public void close() {
    block.close();
  }
}
