package dev.postern.sidecar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.sidecar.Main;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process of its own, as scripts start it. */
class ClientProcessIT {
  private static final String RUNNING =
      "{\"id\":\"id-1\",\"secret\":\"a\",\"state\":\"issued\",\"ended\":false,\"steps\":[]}";

  @TempDir private Path directory;

  @Test
  void clientCommandLoadsNothingOfTheServers() throws Exception {
    try (FakeAgent agent = new FakeAgent(directory)) {
      agent.answer(
          "agent GET /v1/secrets/a",
          200,
          "{\"name\":\"a\",\"kind\":\"static\",\"fields\":{\"f\":\"value\"}}");
      Path classes = directory.resolve("classes.log");

      Process process = start(List.of("-Xlog:class+load:file=" + classes), "get", "a");

      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
      assertThat(out(process)).isEqualTo("value");
      assertThat(Files.readString(classes))
          .contains("dev.postern.sidecar.cli.GetCommand")
          .doesNotContain("io.netty", "io.micrometer", "org.snakeyaml", "com.exceptionfactory")
          .doesNotContain("org.slf4j", "dev.postern.sidecar.server", "RotateCommand");
    }
  }

  @Test
  void interruptedWaitingSaysThatTheRotationGoesOn() throws Exception {
    try (FakeAgent agent = new FakeAgent(directory)) {
      agent.answer("admin POST /v1/secrets/a/rotations", 202, RUNNING);
      agent.answer("admin GET /v1/rotations/id-1", 200, RUNNING);

      Process process = start(List.of(), "rotate", "a", "--wait");
      while (agent.requests().size() < 3 && process.isAlive()) {
        Thread.onSpinWait();
      }
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();

      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(130);
      assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
          .contains("the rotation goes on: postern rotations id-1");
    }
  }

  @Test
  void missingAgentIsToldInTheExitCode() throws Exception {
    Process process = start(List.of(), "list");

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(4);
    assertThat(out(process)).isEmpty();
  }

  private Process start(List<String> flags, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder
        .environment()
        .putAll(Map.of("POSTERN_SOCKET", directory.resolve("postern.sock").toString()));
    return builder.start();
  }

  private static String out(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
