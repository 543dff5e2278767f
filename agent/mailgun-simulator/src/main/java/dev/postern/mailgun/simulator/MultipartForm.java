package dev.postern.mailgun.simulator;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a {@code multipart/form-data} body (RFC 7578), strictly: what is not well formed is refused
 * with 400, so that a client's mistake is seen here and not first at the vendor. Parts that are
 * files are passed over.
 */
final class MultipartForm {
  private static final Pattern BOUNDARY =
      Pattern.compile("(?i);\\s*boundary=(?:\"([^\"]{1,70})\"|([^\\s;\"]{1,70}))");
  private static final Pattern NAME = Pattern.compile("(?i);\\s*name=\"([^\"]*)\"");
  private static final Pattern FILE = Pattern.compile("(?i);\\s*filename\\*?=");
  private static final String LINE = "\r\n";

  private final String body;
  private final String delimiter;
  private final Form form = new Form();

  private MultipartForm(String body, String delimiter) {
    this.body = body;
    this.delimiter = delimiter;
  }

  static Form read(String contentType, byte[] body) throws Refusal {
    Matcher boundary = BOUNDARY.matcher(contentType);
    if (!boundary.find()) {
      throw malformed("no boundary in the content type");
    }
    String name = boundary.group(1) != null ? boundary.group(1) : boundary.group(2);
    // As Latin-1 every byte is one character, so that offsets are offsets into the bytes.
    String text = new String(body, StandardCharsets.ISO_8859_1);
    return new MultipartForm(text, "--" + name).parts();
  }

  private Form parts() throws Refusal {
    if (!body.startsWith(delimiter)) {
      throw malformed("it does not begin with its boundary");
    }
    int at = delimiter.length();
    while (!body.startsWith("--", at)) {
      if (!body.startsWith(LINE, at)) {
        throw malformed("a boundary is not followed by a line end");
      }
      at = part(at + LINE.length());
    }
    String rest = body.substring(at + 2);
    if (!rest.isEmpty() && !rest.equals(LINE)) {
      throw malformed("something follows its last boundary");
    }
    return form;
  }

  /** Reads one part, and gives the offset behind the boundary that ends it. */
  private int part(int start) throws Refusal {
    int headersEnd = body.indexOf(LINE + LINE, start);
    int end = headersEnd < 0 ? -1 : body.indexOf(LINE + delimiter, headersEnd + LINE.length());
    if (end < 0) {
      throw malformed("a part does not end");
    }
    String disposition = disposition(body.substring(start, headersEnd));
    Matcher name = NAME.matcher(disposition);
    if (!name.find()) {
      throw malformed("a part has no name");
    }
    if (!FILE.matcher(disposition).find()) {
      int from = headersEnd + 2 * LINE.length();
      form.add(utf8(name.group(1)), from > end ? "" : utf8(body.substring(from, end)));
    }
    return end + LINE.length() + delimiter.length();
  }

  private static String disposition(String headers) throws Refusal {
    for (String header : headers.split(LINE, -1)) {
      if (header.toLowerCase(Locale.ROOT).startsWith("content-disposition: form-data")) {
        return header;
      }
    }
    throw malformed("a part is no form-data");
  }

  private static String utf8(String latin1) {
    return new String(latin1.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private static Refusal malformed(String what) {
    return new Refusal(400, "the multipart body is not well formed: " + what);
  }
}
