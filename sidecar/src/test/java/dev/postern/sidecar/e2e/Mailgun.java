package dev.postern.sidecar.e2e;

import dev.postern.mailgun.simulator.MailgunSimulator;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A program that sends mail, as the provider sees it. */
final class Mailgun {
  static final int ALIVE = 400;
  static final int DEAD = 401;

  private Mailgun() {}

  /** The answer to a message without content: {@link #ALIVE} or {@link #DEAD}. */
  static int answer(MailgunSimulator provider, String domain, String key) {
    try {
      HttpURLConnection call =
          (HttpURLConnection)
              provider.baseUri().resolve("/v3/" + domain + "/messages").toURL().openConnection();
      call.setRequestMethod("POST");
      call.setDoOutput(true);
      call.setRequestProperty("Content-Type", "application/x-www-form-urlencoded");
      call.setRequestProperty(
          "Authorization",
          "Basic "
              + Base64.getEncoder()
                  .encodeToString(("api:" + key).getBytes(StandardCharsets.UTF_8)));
      try (OutputStream body = call.getOutputStream()) {
        body.write(new byte[0]);
      }
      return call.getResponseCode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
