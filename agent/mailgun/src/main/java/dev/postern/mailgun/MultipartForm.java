package dev.postern.mailgun;

import dev.postern.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/**
 * A {@code multipart/form-data} body of short texts, which the JDK's client does not have. One of
 * them may be a password, so that closing it, after the last attempt to send it, wipes the body.
 */
final class MultipartForm implements AutoCloseable {
  private final String boundary = "postern-" + UUID.randomUUID();
  private final Body fields = new Body();
  private byte[] whole = {};

  MultipartForm with(String name, String value) {
    return with(name, value.getBytes(StandardCharsets.UTF_8));
  }

  MultipartForm with(String name, SecretBytes value) {
    byte[] copy = value.exposeCopy();
    try {
      return with(name, copy);
    } finally {
      Arrays.fill(copy, (byte) 0);
    }
  }

  String contentType() {
    return "multipart/form-data; boundary=" + boundary;
  }

  /** The form as it is now; no field is added after this. */
  BodyPublisher body() {
    fields.text("--" + boundary + "--\r\n");
    whole = fields.toByteArray();
    fields.wipe();
    return HttpRequest.BodyPublishers.ofByteArray(whole);
  }

  @Override
  public void close() {
    fields.wipe();
    Arrays.fill(whole, (byte) 0);
  }

  private MultipartForm with(String name, byte[] value) {
    fields.text("--" + boundary + "\r\n");
    fields.text("Content-Disposition: form-data; name=\"" + name + "\"\r\n\r\n");
    fields.writeBytes(value);
    fields.text("\r\n");
    return this;
  }

  /** Starts with room for any form of ours, so that growing leaves no copies behind. */
  private static final class Body extends ByteArrayOutputStream {
    Body() {
      super(4096);
    }

    void text(String text) {
      writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    synchronized void wipe() {
      Arrays.fill(buf, (byte) 0);
      reset();
    }
  }
}
