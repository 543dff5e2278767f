package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.MailgunSimulator;
import dev.postern.sidecar.server.RawClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A running agent whose standard error is a pipe that somebody reads late, or not at all. */
class LogStreamIT {
  private static MailgunSimulator provider;
  private static final String LIST = "/v1/secrets";

  /** For the pipe, and the agent's queue. */
  private static final int MORE_THAN_HAS_ROOM = 6_000;

  /** For the pipe alone. */
  private static final int MORE_THAN_THE_PIPE_TAKES = 1_200;

  private static final Pattern LOST =
      Pattern.compile(" WARN log - lines=([0-9]+) log lines were lost");

  @TempDir private Path directory;
  private Installation installation;
  private Path pipe;

  @BeforeAll
  static void startProvider() {
    provider = MailgunSimulator.builder().start();
  }

  @BeforeEach
  void install() {
    installation = Installation.create(directory, provider, "logs.example.com");
    pipe = directory.resolve("err");
    assertThat(installation.system("mkfifo", pipe.toString()).exit()).isZero();
  }

  @AfterEach
  void close() throws IOException {
    Files.delete(pipe);
    installation.close();
  }

  @AfterAll
  static void closeProvider() {
    provider.close();
  }

  @Test
  void agentServesRotatesAndStopsThoughNobodyReadsItsLogAndThenSaysWhatWasLost() throws Exception {
    // Both ends, so that neither the agent nor the test waits for the other to open it.
    try (RandomAccessFile end = new RandomAccessFile(pipe.toFile(), "rw")) {
      Program agent = agentIntoPipe();
      list(MORE_THAN_HAS_ROOM);
      assertThat(installation.rotate("--compromised").exit()).isZero();
      assertThat(installation.storedKey().version()).isEqualTo("3");

      List<String> lines = new ArrayList<>();
      Thread reader = reading(end, lines);
      Eventually.isTrue(() -> "the lost lines", () -> lost(lines) > 0);
      int before = lists(lines);
      list(1);
      Eventually.isTrue(() -> "the line of a later list", () -> lists(lines) > before);
      assertThat(agent.terminate()).isZero();
      Eventually.isTrue(() -> "the last line", () -> contains(lines, "agent stopped"));
      reader.interrupt();
      // Among the lost ones are the rotation's own, and those of its command line.
      assertThat(lists(lines) + lost(lines)).isBetween(MORE_THAN_HAS_ROOM, MORE_THAN_HAS_ROOM + 60);
    }
  }

  @Test
  void linesThatWaitAreWrittenWhenTheAgentIsToldToStop() throws Exception {
    try (RandomAccessFile end = new RandomAccessFile(pipe.toFile(), "rw")) {
      Program agent = agentIntoPipe();
      list(MORE_THAN_THE_PIPE_TAKES);
      List<String> lines = new ArrayList<>();
      Thread stopping = Thread.ofPlatform().start(agent::terminate);
      Thread reader = reading(end, lines);

      stopping.join();
      Eventually.isTrue(() -> "the last line", () -> contains(lines, "agent stopped"));
      reader.interrupt();
      assertThat(lists(lines)).isGreaterThanOrEqualTo(MORE_THAN_THE_PIPE_TAKES);
      assertThat(lost(lines)).isZero();
    }
  }

  private Program agentIntoPipe() {
    List<String> line =
        new ArrayList<>(List.of("/bin/sh", "-c", "exec \"$@\" 2> \"$0\"", pipe.toString()));
    line.addAll(Program.line(List.of(), "run", "--config", installation.config().toString()));
    Program agent = installation.system(line.toArray(String[]::new));
    Eventually.isTrue(() -> agent.out(), () -> installation.serves());
    return agent;
  }

  /** A line each, on one connection. */
  private void list(int times) {
    try (RawClient client = RawClient.connect(installation.socket())) {
      for (int number = 0; number < times; number++) {
        assertThat(client.get(LIST).status()).isEqualTo(200);
      }
    }
  }

  /** Reads until interrupted. */
  private static Thread reading(RandomAccessFile end, List<String> lines) {
    return Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              StringBuilder line = new StringBuilder();
              byte[] some = new byte[8192];
              try (InputStream in = Channels.newInputStream(end.getChannel())) {
                for (int length = in.read(some); length >= 0; length = in.read(some)) {
                  line.append(new String(some, 0, length, StandardCharsets.UTF_8));
                  int after = line.lastIndexOf("\n") + 1;
                  synchronized (lines) {
                    line.substring(0, after).lines().forEach(lines::add);
                  }
                  line.delete(0, after);
                }
              } catch (IOException e) {
                // Interrupted, when all that was awaited has come.
                return;
              }
            });
  }

  private static boolean contains(List<String> lines, String text) {
    synchronized (lines) {
      return lines.stream().anyMatch(line -> line.contains(text));
    }
  }

  private static int lists(List<String> lines) {
    synchronized (lines) {
      return (int)
          lines.stream()
              .filter(line -> line.contains("action=list secret=* "))
              .peek(line -> assertThat(line).endsWith(" allowed").startsWith("20"))
              .count();
    }
  }

  private static int lost(List<String> lines) {
    synchronized (lines) {
      return lines.stream()
          .map(LOST::matcher)
          .filter(Matcher::find)
          .mapToInt(lost -> Integer.parseInt(lost.group(1)))
          .sum();
    }
  }
}
