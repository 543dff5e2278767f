package dev.postern.mailgun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.postern.mailgun.simulator.MailgunSimulator;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real Postfix on free loopback ports, with configuration, queue, data and SASL database of its
 * own: submission with STARTTLS, the same with TLS from the start, one without STARTTLS, and one
 * whose SASL backend is not there.
 */
final class PostfixServer {
  private static final List<String> PROGRAMS = List.of("postfix", "postconf", "saslpasswd2");
  private static final Duration START = Duration.ofSeconds(20);

  final int submission = freePort();
  final int submissions = freePort();
  final int withoutTls = freePort();
  final int withoutBackend = freePort();

  private final Path home;
  private final Process master;

  private PostfixServer(Path home) throws IOException, InterruptedException {
    this.home = home;
    String daemons = run("", "postconf", "-d", "-h", "daemon_directory").strip();
    UserPrincipal postfix =
        home.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postfix");
    Files.setOwner(Files.createDirectory(home.resolve("data")), postfix);
    Files.createDirectory(home.resolve("queue"));
    writeConfiguration(daemons);
    setPassword("nobody@" + Logins.DOMAIN, "makes-the-file");
    Files.setOwner(home.resolve("sasldb2"), postfix);
    run("", "postfix", "-c", home.resolve("etc").toString(), "check");
    master =
        new ProcessBuilder(daemons + "/master", "-c", home.resolve("etc").toString())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("master.out").toFile())
            .start();
    waitUntilItListens();
  }

  /** Skips the test, with the reason, where there is no Postfix and nobody requires it. */
  static PostfixServer start() throws IOException, InterruptedException {
    for (String program : PROGRAMS) {
      boolean found =
          Stream.concat(Stream.of(System.getenv("PATH").split(":")), Stream.of("/usr/sbin"))
              .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
      require(
          found,
          "the program "
              + program
              + " is not on the PATH; install postfix, sasl2-bin and"
              + " libsasl2-modules");
    }
    require("root".equals(System.getProperty("user.name")), "postfix is started by root only");
    // Not below a private folder: its daemons run as another user.
    Path home = Files.createTempDirectory("postern-postfix-");
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new PostfixServer(home);
  }

  Path authority() {
    return home.resolve("etc/authority.pem");
  }

  MailgunSmtp startTls() {
    return MailgunSmtp.of("localhost", submission, Optional.of(authority()));
  }

  MailgunSmtp implicitTls() {
    return new MailgunSmtp("localhost", submissions, true, Optional.of(authority()));
  }

  /** Gives the login this password, and makes it where it is not there. */
  void setPassword(String address, String password) {
    String[] parts = address.split("@", 2);
    run(
        password,
        "saslpasswd2",
        "-p",
        "-c",
        "-f",
        home.resolve("sasldb2").toString(),
        "-u",
        parts[1],
        parts[0]);
  }

  void stop() throws IOException, InterruptedException {
    master.destroy();
    assertThat(master.waitFor(20, TimeUnit.SECONDS)).as("postfix ended").isTrue();
    try (Stream<Path> all = Files.walk(home)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }

  private void writeConfiguration(String daemons) throws IOException {
    Path etc = Files.createDirectory(home.resolve("etc"));
    Path sasl = Files.createDirectory(etc.resolve("sasl"));
    Files.write(authority(), MailgunSimulator.smtpAuthority());
    Files.writeString(etc.resolve("chain.pem"), publicTestKey() + Files.readString(authority()));
    Files.writeString(
        etc.resolve("main.cf"),
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
        smtpd_relay_restrictions = reject
        smtpd_tls_chain_files = %1$s/etc/chain.pem
        smtpd_tls_security_level = encrypt
        smtpd_sasl_auth_enable = yes
        smtpd_sasl_type = cyrus
        smtpd_sasl_local_domain = %3$s
        cyrus_sasl_config_path = %1$s/etc/sasl
        """
            .formatted(home, daemons, Logins.DOMAIN));
    Files.writeString(
        etc.resolve("master.cf"),
        """
        127.0.0.1:%d inet n - n - - smtpd
        127.0.0.1:%d inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
        127.0.0.1:%d inet n - n - - smtpd -o smtpd_tls_security_level=none
        127.0.0.1:%d inet n - n - - smtpd -o smtpd_sasl_path=stopped
        tlsmgr unix - - n 1000? 1 tlsmgr
        anvil unix - - n - 1 anvil
        postlog unix-dgram n - n - 1 postlogd
        """
            .formatted(submission, submissions, withoutTls, withoutBackend));
    Files.writeString(
        sasl.resolve("smtpd.conf"),
        """
        pwcheck_method: auxprop
        auxprop_plugin: sasldb
        mech_list: PLAIN LOGIN
        sasldb_path: %s/sasldb2
        """
            .formatted(home));
    Files.writeString(
        sasl.resolve("stopped.conf"),
        """
        pwcheck_method: saslauthd
        saslauthd_path: %s/nobody-listens-here
        mech_list: PLAIN LOGIN
        """
            .formatted(home));
  }

  private static String publicTestKey() throws IOException {
    try (InputStream in = MailgunSimulator.class.getResourceAsStream("smtp-PUBLIC-TEST-KEY.pem")) {
      assertThat(in).as("the simulator's public test key").isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  private void waitUntilItListens() throws IOException, InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    while (System.nanoTime() < end && master.isAlive()) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), submission)) {
        if (socket.getInputStream().read() == '2') {
          return;
        }
      } catch (IOException notYet) {
        master.waitFor(50, TimeUnit.MILLISECONDS);
      }
    }
    master.destroy();
    Path log = home.resolve("log");
    fail(
        "postfix does not answer: "
            + (Files.exists(log) ? Files.readString(log) : "it wrote no log"));
  }

  private static void require(boolean there, String reason) {
    if (!there && Boolean.getBoolean("postern.programs.required")) {
      fail(reason);
    } else if (!there) {
      abort(reason);
    }
  }

  private static String run(String input, String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (OutputStream in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      }
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("%s ended", command[0]).isTrue();
      assertThat(process.exitValue()).as("%s succeeded: %s", command[0], output).isZero();
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command[0], e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + command[0], e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
