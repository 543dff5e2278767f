package dev.postern.sidecar.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.sidecar.config.HookConfig;
import dev.postern.sidecar.config.HookConfig.SignalName;
import dev.postern.time.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each sort of hook against real processes and servers. */
@Timeout(60)
final class HookTest {
  private static final SecretName SECRET = new SecretName("sending-key");
  private static final Version VERSION = new Version("7");
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(300);

  @TempDir private Path directory;

  private static Hook shell(Duration timeout, String script) {
    return Hook.of(new HookConfig.Command(List.of("/bin/sh", "-c", script), timeout));
  }

  private static void run(Hook hook) throws HookFailure, InterruptedException {
    hook.run(SECRET, VERSION);
  }

  @Test
  void commandIsToldNameAndVersionAndNothingOfOurEnvironment() throws Exception {
    Path out = directory.resolve("out");

    run(shell(LONG, "env > " + out));

    assertThat(Files.readAllLines(out))
        .contains("POSTERN_SECRET=sending-key", "POSTERN_VERSION=7", "LANG=C")
        .allMatch(line -> line.matches("(POSTERN_|PATH|LANG|PWD|SHLVL|OLDPWD|_).*"));
  }

  @Test
  void commandThatFailsIsTold() {
    assertThatThrownBy(() -> run(shell(LONG, "echo canary; echo canary >&2; exit 3")))
        .isInstanceOf(HookFailure.class)
        .hasMessage("/bin/sh ended with exit code 3");
  }

  @Test
  void commandThatIsNotThereIsTold() {
    Hook hook = Hook.of(new HookConfig.Command(List.of("/no/such/program"), LONG));

    assertThatThrownBy(() -> run(hook))
        .hasMessage("/no/such/program cannot be started: check that it is there and executable");
  }

  @Test
  void commandThatHangsIsKilledWithAllThatItStarted() throws Exception {
    Path pids = directory.resolve("pids");
    String script =
        "echo $$ >> %1$s; sleep 600 & echo $! >> %1$s; (setsid sleep 600 & echo $! >> %1$s) ; wait"
            .formatted(pids);

    assertThatThrownBy(() -> run(shell(SHORT.multipliedBy(5), script)))
        .hasMessage("/bin/sh did not end within 1500 ms and was killed");

    List<String> started = Files.readAllLines(pids);
    assertThat(started).hasSize(3);
    for (String pid : started) {
      ProcessHandle.of(Long.parseLong(pid)).ifPresent(process -> process.onExit().join());
    }
  }

  @Test
  void commandIsEndedWhenTheAgentStops() throws Exception {
    Path pid = directory.resolve("pid");
    Pursuit pursuit =
        new Pursuit(
            "test",
            TimeSource.system(),
            () -> {
              try {
                run(
                    shell(
                        LONG,
                        "echo $$ > " + pid + ".new; mv " + pid + ".new " + pid + "; sleep 600"));
                return Optional.empty();
              } catch (HookFailure e) {
                return Optional.of(e.getMessage());
              }
            });
    pursuit.want();
    while (!Files.exists(pid)) {
      Thread.onSpinWait();
    }

    pursuit.close();

    ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
        .ifPresent(process -> process.onExit().join());
    assertThat(pursuit.busy()).isFalse();
  }

  @Test
  void signalReachesTheProcessInThePidFile() throws Exception {
    Path pidFile = directory.resolve("app.pid");
    Process app = app();
    Files.writeString(pidFile, app.pid() + "\n");
    Hook hook = Hook.of(new HookConfig.SignalPidFile(SignalName.USR1, pidFile));

    run(hook);

    assertThat(app.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(app.exitValue()).isEqualTo(42);
    assertThatThrownBy(() -> run(hook))
        .isInstanceOf(HookFailure.class)
        .hasMessageEndingWith("does not run");
  }

  /** Ends with 42 at USR1, and has said so when it listens. */
  private Process app() throws IOException {
    Process app =
        new ProcessBuilder(
                "/bin/sh", "-c", "trap 'exit 42' USR1; echo ready; while :; do sleep 0.05; done")
            .start();
    assertThat(app.inputReader().readLine()).isEqualTo("ready");
    return app;
  }

  @Test
  void signalReachesProcessesByTheirName() throws Exception {
    Path program = Files.copy(Path.of("/bin/sleep"), directory.resolve("postern-test-x"));
    Process app = new ProcessBuilder(program.toString(), "600").start();
    Hook hook = Hook.of(new HookConfig.SignalProcess(SignalName.TERM, "postern-test-x"));
    // The name is that of the program only once it has been started.
    while (!Files.readString(Path.of("/proc/" + app.pid() + "/comm")).startsWith("postern-test")) {
      Thread.onSpinWait();
    }

    run(hook);

    assertThat(app.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> run(hook))
        .hasMessage("no process is called 'postern-test-x': start it");
  }

  @Test
  void pidFileThatCannotBeTrustedIsRefused() throws Exception {
    Path pidFile = directory.resolve("app.pid");
    Hook hook = Hook.of(new HookConfig.SignalPidFile(SignalName.HUP, pidFile));
    assertThatThrownBy(() -> run(hook)).hasMessageStartingWith("there is no " + pidFile);

    for (String text : List.of("", "0", "1", "-1", "12x", "99999999999", "1 2")) {
      Files.writeString(pidFile, text);
      assertThatThrownBy(() -> run(hook))
          .as(text)
          .hasMessage(pidFile + " holds no number of a process");
    }
    Files.setPosixFilePermissions(pidFile, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThatThrownBy(() -> run(hook))
        .hasMessage(pidFile + " can be written by everyone: chmod o-w it");
  }

  private static Hook http(int port, String path, Duration timeout) {
    return Hook.of(
        new HookConfig.Http("POST", URI.create("http://127.0.0.1:" + port + path), timeout));
  }

  @Test
  void serverIsAskedWithoutABodyAndConfirmsBy2xx() throws Exception {
    List<String> asked = new ArrayList<>();
    HttpServer server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Postern-Secret")
                  + " "
                  + exchange.getRequestHeaders().getFirst("Postern-Version")
                  + " "
                  + exchange.getRequestBody().readAllBytes().length);
          String path = exchange.getRequestURI().getPath();
          exchange.getResponseHeaders().add("Location", "/204");
          exchange.sendResponseHeaders(Integer.parseInt(path.substring(1)), -1);
          exchange.close();
        });
    server.start();
    try {
      int port = server.getAddress().getPort();
      assertThatCode(() -> run(http(port, "/204", LONG))).doesNotThrowAnyException();
      assertThatThrownBy(() -> run(http(port, "/500", LONG)))
          .hasMessageEndingWith("/500 answered with status 500");
      assertThatThrownBy(() -> run(http(port, "/302", LONG)))
          .hasMessageEndingWith("a redirect is not followed; name its target");
    } finally {
      server.stop(0);
    }
    assertThat(asked)
        .containsExactly(
            "POST /204 sending-key 7 0", "POST /500 sending-key 7 0", "POST /302 sending-key 7 0");
  }

  @Test
  void serverThatHangsDripsOrTalksNonsenseIsTold() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> run(http(server.getLocalPort(), "/", SHORT)))
          .hasMessageEndingWith("did not answer within 300 ms");
    }
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> drip(server));
      assertThatThrownBy(() -> run(http(server.getLocalPort(), "/", SHORT)))
          .hasMessageEndingWith("did not answer within 300 ms");
    }
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> say(server, "220 smtp.example.com ESMTP\r\n"));
      assertThatThrownBy(() -> run(http(server.getLocalPort(), "/", LONG)))
          .hasMessageEndingWith("does not answer in HTTP");
    }
    int port;
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      port = server.getLocalPort();
    }
    assertThatThrownBy(() -> run(http(port, "/", LONG)))
        .hasMessageEndingWith("cannot be reached: start the server, or correct the port");
  }

  /** One byte at a time, for as long as the other side listens. */
  private static void drip(ServerSocket server) {
    try (Socket socket = server.accept()) {
      socket.setSoTimeout(20);
      byte[] request = new byte[4096];
      do {
        socket.getOutputStream().write('H');
      } while (goesOn(socket, request));
    } catch (IOException e) {
      // The hook has had enough.
      return;
    }
  }

  private static boolean goesOn(Socket socket, byte[] request) throws IOException {
    try {
      return socket.getInputStream().read(request) >= 0;
    } catch (SocketTimeoutException nothingMeanwhile) {
      return true;
    }
  }

  private static void say(ServerSocket server, String text) {
    try (Socket socket = server.accept()) {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void nameThatIsAnotherMachineIsRefusedWithoutCallingIt() {
    Hook hook = Hook.of(new HookConfig.Http("POST", URI.create("http://192.0.2.1:9/"), LONG));

    assertThatThrownBy(() -> run(hook))
        .hasMessage("192.0.2.1 is not this machine, and a hook is called on it only");
  }
}
