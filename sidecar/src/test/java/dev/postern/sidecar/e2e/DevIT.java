package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.sidecar.cli.InProcessCli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code postern dev}: what somebody tries first. */
class DevIT {
  private static final Pattern METRICS = Pattern.compile("http://127\\.0\\.0\\.1:(\\d+)/metrics");

  @TempDir private Path directory;
  private final LeakCanary canary = new LeakCanary();

  @Test
  void mainJobRunsAndASecondStartKeepsTheState() throws IOException {
    String key;
    try (Program dev = start()) {
      dev.said("curl --unix-socket " + socket());
      assertThat(dev.out().lines().count()).isLessThan(12);
      Management management =
          new Management(Integer.parseInt(dev.saying(METRICS).group(1)), canary);

      InProcessCli.Ended rotate = cli("rotate", "sending-key", "--compromised", "--wait");

      assertThat(rotate.exit()).as(rotate.out() + rotate.err()).isZero();
      assertThat(rotate.out()).contains("sending-key: done: old key ", " proven dead");
      assertThat(management.metric("postern_time_to_revoke_seconds_count{secret=\"sending-key\"}"))
          .isEqualTo(1.0);
      key = cli("get", "sending-key").out();
      canary.watch("the key", key);
      assertThat(interrupt(dev)).as(dev.err()).isZero();
      assertThat(socket()).doesNotExist();
      assertThat(dev.err()).isEmpty();
    }

    try (Program dev = start()) {
      dev.said("curl --unix-socket");
      assertThat(cli("get", "sending-key").out()).isEqualTo(key);
      assertThat(cli("get", "sending-key", "--json").out()).contains("\"version\":\"3\"");
      assertThat(cli("report", "last").out()).contains("is proven dead");
      assertThat(cli("rotate", "sending-key", "--deadline", "1s", "--compromised", "--wait").exit())
          .isZero();
      assertThat(cli("get", "sending-key", "--json").out()).contains("\"version\":\"4\"");
      assertThat(interrupt(dev)).isZero();
    }
    canary.checkFiles(
        directory, List.of(home().resolve("store.age"), home().resolve("identity.txt")));
  }

  @Test
  void smtpLoginIsRotatedBetweenItsTwoNames() throws IOException {
    try (Program dev = start()) {
      dev.said("curl --unix-socket " + socket());
      String before = cli("get", "smtp-login", "--field", "login").out();

      InProcessCli.Ended rotate = cli("rotate", "smtp-login", "--compromised", "--wait");

      assertThat(rotate.exit()).as(rotate.out() + rotate.err()).isZero();
      assertThat(rotate.out()).contains("smtp-login: done", " proven dead");
      assertThat(before).isEqualTo("app@mg.example.com");
      assertThat(cli("get", "smtp-login", "--field", "login").out())
          .isEqualTo("app-b@mg.example.com");

      InProcessCli.Ended all =
          cli("rotate", "--all", "--compromised", "--batch", "breach", "--wait");
      assertThat(all.exit()).as(all.out() + all.err()).isZero();
      assertThat(all.out()).contains("all 2 done");
      InProcessCli.Ended again =
          cli("rotate", "--all", "--compromised", "--batch", "breach", "--wait");
      assertThat(again.out()).contains("all 2 done");
      assertThat(cli("rotations", "--json").out().split("\"requested_by\"", -1)).hasSize(4);
      assertThat(interrupt(dev)).isZero();
    }
  }

  @Test
  void folderInUseIsLeftAsItIs() throws IOException {
    Path config = home().resolve("postern.yaml");
    try (Program dev = start()) {
      dev.said("curl --unix-socket");
      String before = Files.readString(config);

      try (Program second = start()) {
        assertThat(second.exit()).isEqualTo(1);
        assertThat(second.err())
            .isEqualTo(
                "postern: another postern dev uses %s: stop it, or name another folder with --dir\n"
                    .formatted(home()));
      }

      assertThat(config).hasContent(before);
      assertThat(cli("get", "sending-key").exit()).isZero();
    }
  }

  @Test
  void folderOnWhichAnAgentRunsIsLeftAsItIs() throws IOException {
    Path config = home().resolve("postern.yaml");
    try (Program dev = start()) {
      dev.said("curl --unix-socket");
      assertThat(interrupt(dev)).isZero();
    }
    Path outputs = directory.resolve("outputs");
    try (Program run =
        Program.start(outputs, Optional.empty(), List.of(), "run", "--config", config.toString())) {
      run.said("agent started");
      String before = Files.readString(config);

      try (Program second = start()) {
        assertThat(second.exit()).isEqualTo(1);
        assertThat(second.err()).contains("another agent uses the journal in " + home());
      }

      assertThat(config).hasContent(before);
    }
  }

  private Program start() throws IOException {
    Path outputs = Files.createDirectories(directory.resolve("outputs"));
    return Program.start(outputs, Optional.empty(), List.of(), "dev", "--dir", home().toString());
  }

  /** As Ctrl-C does. */
  private int interrupt(Program program) {
    Program kill =
        Program.start(
            directory,
            Optional.empty(),
            List.of("kill", "-INT", Long.toString(program.pid())),
            Map.of());
    assertThat(kill.exit()).isZero();
    return program.exit();
  }

  private InProcessCli.Ended cli(String... command) {
    return InProcessCli.run(socket(), "", command);
  }

  private Path home() {
    return directory.resolve("home");
  }

  private Path socket() {
    return home().resolve("postern.sock");
  }
}
