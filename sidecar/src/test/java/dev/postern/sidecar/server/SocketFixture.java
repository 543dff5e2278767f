package dev.postern.sidecar.server;

import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.consumer.AckMode;
import dev.postern.consumer.Consumer;
import dev.postern.consumer.ConsumerRegistry;
import dev.postern.sidecar.http.IoLoop;
import dev.postern.sidecar.http.Limits;
import dev.postern.sidecar.http.RequestMetrics;
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
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A socket server with three secrets; this process may read two of them. */
final class SocketFixture implements AutoCloseable {
  static final String CANARY = "key-5d0c1a7e-canary";
  static final int UID = AccessPolicy.uidOfThisProcess();
  static final Limits QUICK =
      Limits.standard()
          .withTimes(
              Duration.ofMillis(200),
              Duration.ofMinutes(1),
              Duration.ofMillis(100),
              Duration.ofSeconds(1));

  record Rejection(SecretName secret, Version version, Consumer consumer) {}

  final TestClock clock = new TestClock(Instant.parse("2026-01-02T03:04:05Z"));
  final FakeCatalog catalog = new FakeCatalog();
  final ConsumerRegistry consumers =
      new ConsumerRegistry(clock, ConsumerRegistry::processRuns, name -> AckMode.FETCH);
  final BlockingQueue<Rejection> rejections = new LinkedBlockingQueue<>();
  final Path directory;
  final Path path;
  final IoLoop loop;
  final SocketServer server;

  SocketFixture() {
    this(Limits.standard(), Set.of(), IoLoop.start());
  }

  SocketFixture(Limits limits, Set<Integer> administrators, IoLoop loop) {
    this.loop = loop;
    catalog
        .define(
            "sending-key",
            SecretKind.MAILGUN_SENDING_KEY,
            Map.of("domain", "mg.example.com", "note", "a \"quoted\" word"))
        .define("login", SecretKind.MAILGUN_SMTP, Map.of())
        .define("forbidden", SecretKind.STATIC, Map.of());
    catalog.publish("sending-key", "7", clock.instant(), Map.of("api_key", CANARY));
    catalog.publish("forbidden", "1", clock.instant(), Map.of("value", CANARY));
    try {
      directory = Files.createTempDirectory("postern");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    path = directory.resolve("postern.sock");
    server = start(path, limits, administrators);
  }

  SocketServer start(Path where, Limits limits, Set<Integer> administrators) {
    AccessPolicy.Rule me = AccessPolicy.Rule.ofUid(UID);
    AccessPolicy policy =
        new AccessPolicy(
            Map.of(
                new SecretName("sending-key"), List.of(me),
                new SecretName("login"), List.of(me),
                new SecretName("forbidden"), List.of(AccessPolicy.Rule.ofUid(UID + 1))),
            administrators.stream().map(AccessPolicy.Rule::ofUid).toList(),
            UID);
    return SocketServer.start(
        loop,
        new SocketServerConfig(
            where, PosixFilePermissions.fromString("rw-rw----"), Optional.empty(), limits),
        new SocketServer.Services(
            catalog,
            policy,
            consumers,
            (secret, version, consumer) -> rejections.add(new Rejection(secret, version, consumer)),
            clock,
            RequestMetrics.NONE));
  }

  RawClient client() {
    return RawClient.connect(path);
  }

  void publish(String version) {
    catalog.publish("sending-key", version, clock.instant(), Map.of("api_key", CANARY + version));
  }

  @Override
  public void close() {
    server.close();
    loop.close();
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
