package dev.postern.sidecar.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.sidecar.cli.ExitCode;
import dev.postern.sidecar.cli.PosternCli;
import dev.postern.sidecar.server.AccessPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * The run that the build makes its AOT cache from: the main job once, by the way that the program
 * is started in earnest, with a rotation in the middle and a few client commands.
 */
public final class Training {
  private static final int LOOKS = 3000;
  private static final long BETWEEN_LOOKS_NANOS = 10_000_000;

  private Training() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (DevDirectory directory = DevDirectory.fresh();
        MailgunSimulator simulator = directory.startSimulator()) {
      directory.seed(simulator);
      directory.writeConfig(simulator, AccessPolicy.uidOfThisProcess());
      Thread agent =
          Thread.ofPlatform()
              .daemon()
              .name("main")
              .start(() -> started("run", "--config", directory.config().toString()));
      Path socket = directory.path().resolve("postern.sock");
      await(socket, agent);
      use(socket.toString());
      agent.interrupt();
      agent.join();
    }
    System.exit(ExitCode.OK.code());
  }

  private static void use(String socket) {
    command("list", "--socket", socket);
    command("rotate", "sending-key", "--compromised", "--wait", "--socket", socket);
    command("status", "--socket", socket);
  }

  private static int started(String... arguments) {
    return PosternCli.ofProcess(AgentProcess::new).run(arguments);
  }

  /** A training run that does not do the job would train the wrong thing. */
  private static void command(String... arguments) {
    int code = started(arguments);
    if (code != ExitCode.OK.code()) {
      throw new IllegalStateException(
          "training: `" + String.join(" ", arguments) + "` ended with " + code);
    }
  }

  private static void await(Path socket, Thread agent) {
    for (int look = 0; look < LOOKS && agent.isAlive(); look++) {
      if (Files.exists(socket) && answers(socket)) {
        return;
      }
      LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
    }
    throw new IllegalStateException("training: no agent came up; see the lines before this one");
  }

  /** Asks for the secret itself, as a local program would, and looks at the first line only. */
  private static boolean answers(Path socket) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.write(
          US_ASCII.encode("GET /v1/secrets/sending-key HTTP/1.1\r\nHost: postern\r\n\r\n"));
      ByteBuffer statusLine = ByteBuffer.allocate("HTTP/1.1 200".length());
      while (statusLine.hasRemaining() && channel.read(statusLine) >= 0) {}
      return US_ASCII.decode(statusLine.flip()).toString().equals("HTTP/1.1 200");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
