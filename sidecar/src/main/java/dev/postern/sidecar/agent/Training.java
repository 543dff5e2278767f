package dev.postern.sidecar.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.postern.SecretBytes;
import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.sidecar.Main;
import dev.postern.sidecar.cli.ExitCode;
import dev.postern.sidecar.server.AccessPolicy;
import dev.postern.store.SecretPath;
import dev.postern.store.local.LocalAdministration;
import dev.postern.store.local.LocalConfig;
import dev.postern.store.local.LocalStoreFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The runs that the build makes its AOT caches from, by the way that the program is started in
 * earnest. Two caches, because each class in one is in the memory of whoever uses it: {@code run}
 * serves, day and night, and gets what serving needs; {@code all} is for the commands, which are
 * gone when they have done a rotation or shown a list.
 */
public final class Training {
  private static final int LOOKS = 3000;
  private static final long BETWEEN_LOOKS_NANOS = 10_000_000;
  private static final String ACCEPTED = "HTTP/1.1 200";
  private static final String SECRET = "/v1/secrets/sending-key";

  private Training() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    switch (List.of(arguments).toString()) {
      case "[run]" -> serve();
      case "[all]" -> rotate();
      default -> throw new IllegalArgumentException("say what to train: run or all");
    }
    System.exit(ExitCode.OK.code());
  }

  private static void serve() throws IOException, InterruptedException {
    try (DevDirectory directory = DevDirectory.fresh()) {
      InetSocketAddress management = freePort();
      Path config = servingConfig(directory.path(), management);
      Thread agent = start(config);
      await(UnixDomainSocketAddress.of(directory.path().resolve("postern.sock")), SECRET, agent);
      await(management, "/metrics", agent);
      await(management, "/health/ready", agent);
      stop(agent);
    }
  }

  private static InetSocketAddress freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
    }
  }

  private static Path servingConfig(Path directory, InetSocketAddress management)
      throws IOException {
    LocalConfig store =
        new LocalConfig("local", directory.resolve("store.age"), directory.resolve("identity.txt"));
    LocalStoreFactory.init(store);
    try (LocalAdministration local = LocalAdministration.open(store);
        SecretBytes value = SecretBytes.ofUtf8("a value for the training run only")) {
      local.put(new SecretPath("mail/sending"), "api_key", value);
    }
    return Files.writeString(
        directory.resolve("postern.yaml"),
        """
        installation: training
        stores:
          local: {type: local, file: store.age, identity: identity.txt}
        secrets:
          sending-key:
            kind: mailgun-sending-key
            source: {store: local, path: mail/sending}
            domain: mg.example.com
            consumers: {allow: [{uid: %d}]}
        socket: {path: postern.sock, mode: "0600"}
        management: {address: "127.0.0.1:%d"}
        journal: {dir: journal}
        """
            .formatted(AccessPolicy.uidOfThisProcess(), management.getPort()));
  }

  private static void rotate() throws IOException, InterruptedException {
    try (DevDirectory directory = DevDirectory.fresh();
        MailgunSimulator simulator = directory.startSimulator()) {
      directory.seed(simulator);
      directory.writeConfig(simulator, AccessPolicy.uidOfThisProcess());
      Thread agent = start(directory.config());
      Path socket = directory.path().resolve("postern.sock");
      await(UnixDomainSocketAddress.of(socket), SECRET, agent);
      command("list", "--socket", socket.toString());
      command("rotate", "sending-key", "--compromised", "--wait", "--socket", socket.toString());
      command("status", "--socket", socket.toString());
      stop(agent);
    }
  }

  private static Thread start(Path config) {
    return Thread.ofPlatform()
        .daemon()
        .name("main")
        .start(() -> Main.run("run", "--config", config.toString()));
  }

  private static void stop(Thread agent) throws InterruptedException {
    agent.interrupt();
    agent.join();
  }

  /** A training run that does not do the job would train the wrong thing. */
  private static void command(String... arguments) {
    int code = Main.run(arguments);
    if (code != ExitCode.OK.code()) {
      throw new IllegalStateException(
          "training: `" + String.join(" ", arguments) + "` ended with " + code);
    }
  }

  private static void await(SocketAddress address, String path, Thread agent) {
    for (int look = 0; look < LOOKS && agent.isAlive(); look++) {
      if (answers(address, path)) {
        return;
      }
      LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
    }
    throw new IllegalStateException("training: no agent came up; see the lines before this one");
  }

  /** Asks as a local program would, and looks at the first line only. */
  private static boolean answers(SocketAddress address, String path) {
    if (address instanceof UnixDomainSocketAddress unix && !Files.exists(unix.getPath())) {
      return false;
    }
    try (SocketChannel channel = SocketChannel.open(address)) {
      channel.write(US_ASCII.encode("GET " + path + " HTTP/1.1\r\nHost: postern\r\n\r\n"));
      ByteBuffer statusLine = ByteBuffer.allocate(ACCEPTED.length());
      int read = 0;
      while (statusLine.hasRemaining() && read >= 0) {
        read = channel.read(statusLine);
      }
      return US_ASCII.decode(statusLine.flip()).toString().equals(ACCEPTED);
    } catch (ConnectException notYet) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
