package dev.postern.sidecar.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** An agent's management server. */
record Management(int port, LeakCanary canary) {

  /** What it says. */
  record Said(int status, String body) {}

  Said ask(String path) {
    try {
      HttpURLConnection call =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
      int status = call.getResponseCode();
      try (InputStream stream = status < 400 ? call.getInputStream() : call.getErrorStream()) {
        String body =
            stream == null ? "" : new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        canary.check(path, body);
        return new Said(status, body);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String metrics() {
    return ask("/metrics").body();
  }

  /** The value of a series, its labels in the order in which they are printed. */
  double metric(String series) {
    return metrics()
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElse(Double.NaN);
  }
}
