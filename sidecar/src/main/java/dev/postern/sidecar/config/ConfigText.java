package dev.postern.sidecar.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Gets the text out of a file that may be anything. */
final class ConfigText {
  private static final int MAX_BYTES = 1024 * 1024;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private ConfigText() {}

  static Optional<String> read(Path file, Problems problems) {
    if (Files.isDirectory(file)) {
      return refuse(problems, "this is a directory; name the config file in it");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return decode(in.readNBytes(MAX_BYTES + 1), problems);
    } catch (NoSuchFileException e) {
      return refuse(problems, "no such file; check the path given to --config");
    } catch (AccessDeniedException e) {
      return refuse(problems, "this user may not read the file; check its owner and mode");
    } catch (IOException e) {
      return refuse(problems, "cannot be read: " + e.getClass().getSimpleName());
    }
  }

  static Optional<String> decode(byte[] bytes, Problems problems) {
    if (bytes.length > MAX_BYTES) {
      return refuse(problems, "larger than 1 MiB; this is not a config file");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .decode(in, out, true);
    String text = out.flip().toString();
    if (result.isError()) {
      problems.error(endOf(text), "", "not UTF-8 here; save the file as UTF-8");
      return Optional.empty();
    }
    if (!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
      text = text.substring(1);
    }
    return printable(text, problems);
  }

  /** The parser would refuse these too, without a line number. */
  private static Optional<String> printable(String text, Problems problems) {
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int codePoint = text.codePointAt(i);
      if (!StreamReader.isPrintable(codePoint)) {
        problems.error(
            endOf(text.substring(0, i)),
            "",
            "the character U+%04X is not accepted in YAML; remove it".formatted(codePoint));
        return Optional.empty();
      }
    }
    return Optional.of(text);
  }

  private static Position endOf(String text) {
    int line = (int) text.chars().filter(c -> c == '\n').count() + 1;
    return new Position(line, text.length() - text.lastIndexOf('\n'));
  }

  private static Optional<String> refuse(Problems problems, String message) {
    problems.error(Position.FILE, "", message);
    return Optional.empty();
  }
}
