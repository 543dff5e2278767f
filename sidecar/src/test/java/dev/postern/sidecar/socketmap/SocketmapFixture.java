package dev.postern.sidecar.socketmap;

import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.consumer.AckMode;
import dev.postern.consumer.ConsumerRegistry;
import dev.postern.consumer.Holding;
import dev.postern.sidecar.http.IoLoop;
import dev.postern.sidecar.http.Limits;
import dev.postern.sidecar.http.Route;
import dev.postern.sidecar.server.AccessPolicy;
import dev.postern.sidecar.server.FakeCatalog;
import dev.postern.sidecar.server.SocketServerConfig;
import dev.postern.sidecar.server.TestClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A table with logins of two hosts; this process may read all but one. */
final class SocketmapFixture implements AutoCloseable {
  static final int UID = AccessPolicy.uidOfThisProcess();
  static final String PASSWORD = "canary-3b7e-password";
  static final String LOGIN = "app@mg.example.com";
  static final Limits QUICK =
      Limits.standard()
          .withTimes(
              Duration.ofMillis(200),
              Duration.ofMinutes(1),
              Duration.ofMillis(100),
              Duration.ofSeconds(1));

  final TestClock clock = new TestClock(Instant.parse("2026-01-02T03:04:05Z"));
  final FakeCatalog catalog = new FakeCatalog();
  final ConsumerRegistry consumers =
      new ConsumerRegistry(clock, ConsumerRegistry::processRuns, name -> AckMode.EXPLICIT);

  /** The statuses that were counted, in their order. */
  final BlockingQueue<Integer> counted = new LinkedBlockingQueue<>();

  final Path directory;
  final Path path;
  final IoLoop loop = IoLoop.start();
  final SocketmapServer server;

  SocketmapFixture() {
    this(Limits.standard(), UID);
  }

  /**
   * @param reader the user that may read all but "forbidden"
   */
  SocketmapFixture(Limits limits, int reader) {
    define("smtp-eu", "smtp.eu.mailgun.org", "mg.example.com");
    define("smtp-a", "smtp.mailgun.org", "a.example.com");
    define("smtp-b", "smtp.mailgun.org", "b.example.com");
    define("forbidden", "mail.example.net", "net.example.com");
    catalog.define("sending-key", SecretKind.MAILGUN_SENDING_KEY, Map.of("domain", "x.example"));
    publish("smtp-eu", "7", LOGIN, PASSWORD);
    publish("forbidden", "1", "nobody@net.example.com", PASSWORD);
    try {
      directory = Files.createTempDirectory("postern");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    path = directory.resolve("map.sock");
    List<AccessPolicy.Rule> rules = List.of(AccessPolicy.Rule.ofUid(reader));
    AccessPolicy policy =
        new AccessPolicy(
            Stream.of("smtp-eu", "smtp-a", "smtp-b", "sending-key")
                .collect(Collectors.toMap(SecretName::new, name -> rules)),
            List.of(),
            UID);
    server =
        SocketmapServer.start(
            loop,
            new SocketServerConfig(
                path, PosixFilePermissions.fromString("rw-rw----"), Optional.empty(), limits),
            new SocketmapServer.Services(catalog, policy, consumers, clock, this::count));
  }

  private void count(Route route, int status, long nanos) {
    if (route == Route.SOCKETMAP && nanos >= 0) {
      counted.add(status);
    }
  }

  private void define(String name, String host, String domain) {
    catalog.define(
        name,
        SecretKind.MAILGUN_SMTP,
        Map.of("smtp_host", host, "smtp_port", "587", "domain", domain));
  }

  void publish(String name, String version, String login, String password) {
    catalog.publish(name, version, clock.instant(), Map.of("login", login, "password", password));
  }

  NetstringClient client() {
    return NetstringClient.connect(path);
  }

  /** One request on a connection of its own. */
  String ask(String request) {
    try (NetstringClient client = client()) {
      return client.ask(request);
    }
  }

  List<Holding> holdings(String name) {
    return consumers.holdings(new SecretName(name));
  }

  @Override
  public void close() {
    server.close();
    loop.close();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
