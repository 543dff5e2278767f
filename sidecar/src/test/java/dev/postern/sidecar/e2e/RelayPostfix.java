package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.sidecar.server.AccessPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real Postfix with configuration, queue and port of its own. It takes mail on the loopback and
 * relays it with STARTTLS and AUTH, its smtp client in a chroot as Debian's is, and looks the login
 * up at the agent, or in a table that the agent's hook builds.
 */
final class RelayPostfix implements AutoCloseable {
  final int port = freePort();
  private final Path home;
  private final InetSocketAddress relay;
  private @Nullable Process master;

  private RelayPostfix(Path home, InetSocketAddress relay) throws IOException {
    this.home = home;
    this.relay = relay;
  }

  /** Makes all but the running of it, so that the agent can put its socket or its table there. */
  static RelayPostfix prepare(InetSocketAddress relay) throws IOException {
    Program.assumeInstalled("postfix");
    assumeTrue(AccessPolicy.uidOfThisProcess() == 0, "postfix is started by root only");
    // Not below a private folder: its daemons run as another user.
    Path home = Files.createTempDirectory("postern-relay-");
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    RelayPostfix made = new RelayPostfix(home, relay);
    for (String folder : List.of("etc", "tables", "data", "queue", "queue/postern")) {
      Files.createDirectory(home.resolve(folder));
    }
    Files.setOwner(
        home.resolve("data"),
        home.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postfix"));
    made.configure();
    return made;
  }

  /** Where its chroot lets it find the agent. */
  Path socket() {
    return home.resolve("queue/postern/socketmap.sock");
  }

  /** Where it has the table, from which {@code postmap} builds the one that it reads. */
  Path table() {
    return home.resolve("tables/relay-passwords");
  }

  int uid() throws IOException {
    return (int) Files.getAttribute(home.resolve("data"), "unix:uid");
  }

  private void configure() throws IOException {
    String daemons = run("postconf", "-d", "-h", "daemon_directory").strip();
    Files.write(home.resolve("etc/authority.pem"), MailgunSimulator.smtpAuthority());
    Files.writeString(
        home.resolve("etc/main.cf"),
        """
        compatibility_level = 3.6
        queue_directory = %1$s/queue
        data_directory = %1$s/data
        daemon_directory = %2$s
        command_directory = /usr/sbin
        mail_owner = postfix
        setgid_group = postdrop
        myhostname = localhost
        mydestination =
        local_recipient_maps =
        alias_maps =
        alias_database =
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        maillog_file = %1$s/log
        maillog_file_prefixes = %1$s
        smtpd_peername_lookup = no
        smtpd_relay_restrictions = permit_mynetworks, reject
        relayhost = [%3$s]:%4$d
        smtp_sasl_auth_enable = yes
        smtp_sasl_security_options = noanonymous
        smtp_tls_security_level = secure
        smtp_tls_secure_cert_match = localhost
        smtp_tls_CAfile = %1$s/etc/authority.pem
        # Each mail has a session of its own, and so a look-up and an AUTH.
        smtp_connection_cache_on_demand = no
        # What had to wait is tried again at once.
        queue_run_delay = 1s
        minimal_backoff_time = 1s
        maximal_backoff_time = 2s
        """
            .formatted(home, daemons, relay.getAddress().getHostAddress(), relay.getPort()));
    Files.writeString(
        home.resolve("etc/master.cf"),
        """
        127.0.0.1:%d inet n - n - - smtpd
        cleanup unix n - n - 0 cleanup
        qmgr unix n - n 1 1 qmgr
        rewrite unix - - n - - trivial-rewrite
        bounce unix - - n - 0 bounce
        defer unix - - n - 0 bounce
        trace unix - - n - 0 bounce
        tlsmgr unix - - n 1000? 1 tlsmgr
        smtp unix - - y - 3 smtp
        error unix - - n - - error
        retry unix - - n - - error
        scache unix - - n - 1 scache
        anvil unix - - n - 1 anvil
        postlog unix-dgram n - n - 1 postlogd
        """
            .formatted(port));
    run("postfix", "-c", home.resolve("etc").toString(), "check");
  }

  /**
   * @param logins {@code smtp_sasl_password_maps}
   */
  void start(String logins) throws IOException {
    Files.writeString(
        home.resolve("etc/main.cf"),
        "smtp_sasl_password_maps = " + logins + "\n",
        StandardOpenOption.APPEND);
    String daemons = run("postconf", "-d", "-h", "daemon_directory").strip();
    master =
        new ProcessBuilder(daemons + "/master", "-c", home.resolve("etc").toString())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("master.out").toFile())
            .start();
    Eventually.isTrue(() -> "postfix on port " + port + ": " + log(), this::listens);
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.getInputStream().read() == '2';
    } catch (IOException notYet) {
      return false;
    }
  }

  String log() {
    Path log = home.resolve("log");
    return Files.exists(log) ? Installation.read(log) : "no log yet";
  }

  /** The lines of the log that have this in them. */
  List<String> logged(String text) {
    return log().lines().filter(line -> line.contains(text)).toList();
  }

  /** Whether all mail that it took has left it. */
  boolean queueIsEmpty() {
    return Stream.of("incoming", "active", "deferred", "maildrop", "hold")
        .map(home.resolve("queue")::resolve)
        .allMatch(RelayPostfix::isEmpty);
  }

  private static boolean isEmpty(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.noneMatch(Files::isRegularFile);
    } catch (IOException | UncheckedIOException moving) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    Process running = master;
    if (running != null) {
      running.destroy();
      assertThat(running.onExit()).as("the end of postfix").succeedsWithin(Eventually.PATIENCE);
    }
    try (Stream<Path> all = Files.walk(home)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }

  private static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.onExit().join().exitValue()).as("%s: %s", command[0], output).isZero();
    return output;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
