package dev.postern.sidecar.agent;

import dev.postern.mailgun.simulator.MailgunSimulator;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;

/** What {@code postern dev} prints: where things are, and three commands to try. */
final class DevGreeting {
  private DevGreeting() {}

  static void print(PrintStream out, Path directory, Agent agent, MailgunSimulator simulator) {
    String postern = Optional.ofNullable(System.getenv("POSTERN_PROGRAM")).orElse("postern");
    String socket = agent.socket().toString();
    out.printf(
        """
        postern dev: state in %s, Ctrl-C ends it
          socket   %s
          metrics  http://127.0.0.1:%d/metrics
          mailgun  %s (simulated), SMTP on port %d
        Try in another terminal:
          %s watch sending-key --socket %s
          %s rotate sending-key --compromised --wait --socket %s
          curl --unix-socket %s http://postern/v1/secrets/sending-key
        """,
        directory,
        socket,
        agent.managementPort(),
        simulator.baseUri(),
        simulator.smtpAddress().getPort(),
        postern,
        socket,
        postern,
        socket,
        socket);
    out.flush();
  }
}
