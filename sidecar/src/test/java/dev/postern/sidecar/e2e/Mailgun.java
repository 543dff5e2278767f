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
    return post(provider, "/v3/" + domain + "/messages", key, "");
  }

  /** Somebody with an admin key lets an address in. */
  static int allow(MailgunSimulator provider, String adminKey, String address) {
    return post(provider, "/v2/ip_whitelist", adminKey, "address=" + address + "&description=vpn");
  }

  private static int post(MailgunSimulator provider, String path, String key, String form) {
    try {
      HttpURLConnection call =
          (HttpURLConnection) provider.baseUri().resolve(path).toURL().openConnection();
      call.setRequestMethod("POST");
      call.setDoOutput(true);
      call.setRequestProperty("Content-Type", "application/x-www-form-urlencoded");
      call.setRequestProperty(
          "Authorization",
          "Basic "
              + Base64.getEncoder()
                  .encodeToString(("api:" + key).getBytes(StandardCharsets.UTF_8)));
      try (OutputStream body = call.getOutputStream()) {
        body.write(form.getBytes(StandardCharsets.UTF_8));
      }
      return call.getResponseCode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
