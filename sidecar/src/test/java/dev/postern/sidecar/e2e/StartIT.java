package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.mailgun.simulator.MailgunSimulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start reads, seen from outside by strace. */
class StartIT {
  @TempDir private Path directory;
  private final MailgunSimulator provider = MailgunSimulator.builder().start();
  private Installation installation;

  @BeforeEach
  void create() {
    installation = Installation.create(directory, provider, "start.example.com");
    installation.writeConfig(
        config ->
            config
                .replaceAll("(?s)issuers:.*?secrets:", "secrets:")
                .replaceAll(" +(issuer|domain|rotation): .*\n", ""));
  }

  @AfterEach
  void close() {
    installation.close();
    provider.close();
  }

  @Test
  void readerOpensNoLibraryBeforeItServesBecauseAllClassesAreInTheCache() {
    Program.assumeInstalled("strace");
    Assumptions.assumeTrue(
        Program.layout().filter(layout -> Files.exists(layout.resolve("run.aot"))).isPresent(),
        "built without an AOT cache");
    Path trace = directory.resolve("trace");
    List<String> line = new ArrayList<>();
    // -D: the agent is the process that was started, and strace the one beside it.
    line.addAll(List.of("strace", "-D", "-f", "-e", "trace=openat,write", "-s", "300"));
    line.addAll(List.of("-o", trace.toString()));
    line.addAll(Program.line(List.of(), "run", "--config", installation.config().toString()));

    Program agent = installation.system(line.toArray(String[]::new));
    agent.said("agent started");

    List<String> start =
        Installation.read(trace)
            .lines()
            .takeWhile(call -> !call.contains("agent started"))
            .filter(call -> call.contains(".jar"))
            .toList();
    assertThat(start)
        .as("the trace is one of this start")
        .anyMatch(call -> call.contains("postern.jar"));
    assertThat(start).filteredOn(call -> call.contains("/lib/")).isEmpty();
  }

  @Test
  void jdkFindsItsLoggerInTheFirstLibrariesAndLooksNoFurther() {
    Program.assumeInstalled("strace");
    Path layout = Program.layout().orElseThrow();
    Path trace = directory.resolve("trace");
    String classes = StartIT.class.getProtectionDomain().getCodeSource().getLocation().getPath();

    Program asker =
        installation.system(
            "strace",
            "-f",
            "-e",
            "trace=openat",
            "-s",
            "300",
            "-o",
            trace.toString(),
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dslf4j.provider=org.slf4j.simple.SimpleServiceProvider",
            "-cp",
            classes + ":" + layout.resolve("postern.jar"),
            LoggerAsker.class.getName());

    assertThat(asker.exit()).isZero();
    assertThat(asker.out()).isEqualTo("org.slf4j.jdk.platform.logging.SLF4JSystemLoggerFinder\n");
    assertThat(Installation.read(trace).lines())
        .filteredOn(call -> call.contains("/lib/") && call.contains(".jar"))
        .isNotEmpty()
        .allMatch(call -> call.contains("/lib/slf4j-"));
  }

  /** A program that does what the JDK does when it sees a certificate. */
  static final class LoggerAsker {
    private LoggerAsker() {}

    public static void main(String[] arguments) {
      System.getLogger("jdk.event.security").log(System.Logger.Level.DEBUG, "unseen");
      System.out.println(System.LoggerFinder.getLoggerFinder().getClass().getName());
    }
  }
}
