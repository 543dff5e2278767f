package dev.postern.sidecar.cli.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Status line and headers of an answer; header names in lower case. */
record AnswerHead(int status, Map<String, String> headers) {
  private static final int LONGEST = 16 * 1024;
  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5]\\d\\d)(?: .*)?");

  static AnswerHead read(InputStream in) throws IOException {
    AnswerHead head = readOne(in);
    while (head.status < 200) {
      head = readOne(in);
    }
    return head;
  }

  Optional<String> header(String lowerCaseName) {
    return Optional.ofNullable(headers.get(lowerCaseName));
  }

  /** The body as its bytes, whatever way its end is marked. */
  InputStream body(InputStream in) throws IOException {
    if (status == 204 || status == 304) {
      return InputStream.nullInputStream();
    }
    Optional<String> coding = header("transfer-encoding");
    if (coding.isPresent()) {
      if (!coding.get().equalsIgnoreCase("chunked")) {
        throw new MalformedAnswerException("unknown transfer encoding");
      }
      return new ChunkedInput(in);
    }
    Optional<String> length = header("content-length");
    return length.isPresent() ? new FixedInput(in, parseLength(length.get())) : in;
  }

  /** One line without its end; an end of the stream before it is half an answer. */
  static String line(InputStream in, int longest) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the answer ends in the middle of a line");
      }
      if (line.length() >= longest) {
        throw new MalformedAnswerException("a line is too long");
      }
      line.append((char) next);
    }
    int end = line.length();
    return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
  }

  private static AnswerHead readOne(InputStream in) throws IOException {
    Matcher statusLine = STATUS_LINE.matcher(line(in, LONGEST));
    if (!statusLine.matches()) {
      throw new MalformedAnswerException("no HTTP status line");
    }
    Map<String, String> headers = new HashMap<>();
    int room = LONGEST;
    for (String line = line(in, room); !line.isEmpty(); line = line(in, room)) {
      room -= line.length();
      int colon = line.indexOf(':');
      if (colon <= 0 || room <= 0) {
        throw new MalformedAnswerException("no HTTP header");
      }
      headers.put(
          line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
          new String(
                  line.substring(colon + 1).getBytes(StandardCharsets.ISO_8859_1),
                  StandardCharsets.UTF_8)
              .strip());
    }
    return new AnswerHead(Integer.parseInt(statusLine.group(1)), Map.copyOf(headers));
  }

  private static long parseLength(String text) throws IOException {
    if (!text.matches("\\d{1,15}")) {
      throw new MalformedAnswerException("no usable content length");
    }
    return Long.parseLong(text);
  }
}
