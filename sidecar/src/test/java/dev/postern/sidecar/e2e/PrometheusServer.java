package dev.postern.sidecar.e2e;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A real Prometheus (Debian package prometheus) that scrapes one agent every half second. */
final class PrometheusServer implements AutoCloseable {
  /** The target labels that the rules ask for. */
  static final String INSTALLATION = "prod-eu";

  private final int port;
  private final Program process;

  private PrometheusServer(int port, Program process) {
    this.port = port;
    this.process = process;
  }

  /**
   * @param directory for its data and its output; not one that is searched for secrets
   * @param rules what it evaluates
   */
  static PrometheusServer start(Path directory, Path rules, int agentPort) {
    try {
      int port = freePort();
      Path config =
          Files.writeString(
              directory.resolve("prometheus.yml"),
              """
              global: {scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 500ms}
              rule_files: [%s]
              scrape_configs:
                - job_name: postern
                  static_configs:
                    - targets: ["127.0.0.1:%d"]
                      labels: {installation: %s, namespace: mail}
              """
                  .formatted(rules.toAbsolutePath(), agentPort, INSTALLATION));
      List<String> line =
          List.of(
              "prometheus",
              "--config.file=" + config,
              "--storage.tsdb.path=" + directory.resolve("data"),
              "--web.listen-address=127.0.0.1:" + port,
              "--log.level=warn");
      PrometheusServer server =
          new PrometheusServer(port, Program.start(directory, Optional.empty(), line, Map.of()));
      Eventually.isTrue(server.process::err, server::ready);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean ready() {
    if (!process.isAlive()) {
      throw new AssertionError("prometheus ended: " + process.err());
    }
    try {
      return ((HttpURLConnection) uri("/-/ready").toURL().openConnection()).getResponseCode()
          == HttpURLConnection.HTTP_OK;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** The value of an expression that has one series; empty when it has none. */
  Optional<Double> value(String expression) {
    List<Map<?, ?>> series = query(expression);
    if (series.size() > 1) {
      throw new AssertionError(expression + " has more than one series: " + series);
    }
    return series.stream()
        .map(one -> (List<?>) Objects.requireNonNull(one.get("value")))
        .map(pair -> Double.parseDouble(String.valueOf(pair.get(1))))
        .findFirst();
  }

  /** The series of an expression; fails when Prometheus does not understand or cannot answer it. */
  List<Map<?, ?>> query(String expression) {
    String encoded = URLEncoder.encode(expression, StandardCharsets.UTF_8);
    return list(data("/api/v1/query?query=" + encoded), "result");
  }

  /** The rules with their state, as Prometheus evaluates them. */
  List<Map<?, ?>> rules() {
    return list(data("/api/v1/rules"), "groups").stream()
        .flatMap(group -> list(group, "rules").stream())
        .toList();
  }

  /** The alerts of this name that fire. */
  List<Map<?, ?>> firing(String alert) {
    return list(data("/api/v1/alerts"), "alerts").stream()
        .filter(one -> "firing".equals(one.get("state")))
        .filter(one -> alert.equals(object(one, "labels").get("alertname")))
        .toList();
  }

  private static Map<?, ?> object(Map<?, ?> in, String name) {
    return (Map<?, ?>) Objects.requireNonNull(in.get(name), name);
  }

  private static List<Map<?, ?>> list(Map<?, ?> in, String name) {
    List<Map<?, ?>> all = new ArrayList<>();
    ((List<?>) Objects.requireNonNull(in.get(name), name)).forEach(one -> all.add((Map<?, ?>) one));
    return all;
  }

  private Map<?, ?> data(String path) {
    try {
      HttpURLConnection call = (HttpURLConnection) uri(path).toURL().openConnection();
      boolean ok = call.getResponseCode() == HttpURLConnection.HTTP_OK;
      try (InputStream stream = ok ? call.getInputStream() : call.getErrorStream()) {
        String body = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        if (!ok) {
          throw new AssertionError(path + ": " + body);
        }
        return object(JSON.std.mapFrom(body), "data");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  @Override
  public void close() {
    process.close();
  }
}
