package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that the README shows, read from it and run by a shell as they stand there. */
class TourIT {
  private static final Path README = Path.of("..", "README.md").toAbsolutePath().normalize();
  private static final Pattern PROMPT = Pattern.compile("(?m)^\\$ (postern .*)$");
  private static final Pattern GREETED =
      Pattern.compile("(?m)^  (sidecar/bin/postern .*|curl .*)$");
  private static final Pattern IN_TEXT = Pattern.compile("`(postern (?:get|status|report)[^`]*)`");
  private static final String SHOWN_SOCKET = "/tmp/postern-dev-1/postern.sock";

  @TempDir private Path directory;
  private final List<Program> programs = new ArrayList<>();

  /** A {@code postern} on the PATH that is the one under test. */
  @BeforeEach
  void install() throws IOException {
    Path bin = Files.createDirectory(directory.resolve("bin"));
    String line =
        Program.line(List.of()).stream()
            .map(word -> "'" + word + "'")
            .collect(Collectors.joining(" "));
    Path postern =
        Files.writeString(bin.resolve("postern"), "#!/bin/sh\nexec " + line + " \"$@\"\n");
    Files.setPosixFilePermissions(postern, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterEach
  void close() {
    programs.forEach(Program::close);
  }

  @Test
  void commandsOfTheTourDoOnDevWhatTheReadmeSays() throws IOException {
    Program.assumeInstalled("curl");
    String tour = section("## A tour in two minutes");
    Program dev = shell("postern dev --dir state");
    dev.said("curl --unix-socket");
    String greeting = tour.substring(tour.indexOf("Try in another terminal:"));
    List<String> greeted = commands(greeting, GREETED);
    List<String> prompts = commands(tour, PROMPT);
    List<String> mentioned = commands(tour, IN_TEXT);
    assertThat(greeted).as("commands under `Try in another terminal`").hasSize(3);
    assertThat(prompts).as("commands at a prompt").hasSize(1);
    assertThat(mentioned).as("commands in the text").hasSize(3);
    assertThat(commands(dev.out(), Pattern.compile("(?m)^  \\S*((?:postern|curl) .*)$")))
        .as("what dev prints is what the README shows")
        .containsExactlyElementsOf(
            greeted.stream()
                .map(command -> command.replace("sidecar/bin/", "").replace(SHOWN_SOCKET, socket()))
                .toList());

    Program watch = shell(greeted.getFirst());
    watch.said("sending-key 2 primary");
    succeeds(greeted.get(1));
    assertThat(succeeds(greeted.get(2))).contains("\"name\":\"sending-key\"", "\"api_key\"");
    assertThat(steps(succeeds(prompts.getFirst())))
        .as("the steps that the README shows")
        .isEqualTo(steps(tour));
    mentioned.forEach(this::succeeds);

    watch.said("sending-key 4 primary");
  }

  @Test
  void commandsOfTheConfigOfOnesOwnMakeWhatItNeeds() throws IOException {
    String own = section("## On a config of your own");
    for (String name : List.of("admin-key", "sending-key", "sending-key-id")) {
      Files.writeString(directory.resolve(name), "value-of-" + name);
    }
    int yaml = own.indexOf("```yaml\n") + "```yaml\n".length();
    Files.writeString(
        directory.resolve("postern.yaml"), own.substring(yaml, own.indexOf("```", yaml)));
    List<String> commands = commands(own, PROMPT);
    assertThat(commands).hasSize(6);
    assertThat(commands.getLast()).isEqualTo("postern run --config postern.yaml");

    commands.subList(0, 5).forEach(this::succeeds);

    assertThat(succeeds("postern local list --file store.age --identity identity.txt"))
        .contains("mail/mailgun-admin", "mail/sending", "api_key_id");
  }

  private static String section(String title) throws IOException {
    String readme = Files.readString(README);
    int start = readme.indexOf(title + "\n");
    assertThat(start).as("the README has the section %s", title).isNotNegative();
    int end = readme.indexOf("\n## ", start + title.length());
    return readme.substring(start, end);
  }

  private static List<String> commands(String text, Pattern pattern) {
    return pattern.matcher(text).results().map(result -> result.group(1)).toList();
  }

  /** The first words of the lines that tell of a rotation's steps, in their order. */
  private static List<String> steps(String text) {
    return Pattern.compile("(?m)^sending-key: \\w+")
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .toList();
  }

  private String succeeds(String command) {
    Program program = shell(command);
    assertThat(program.exit()).as("`%s`: %s", command, program.err()).isZero();
    return program.out();
  }

  private Program shell(String command) {
    String here = command.replace("sidecar/bin/postern", "postern").replace(SHOWN_SOCKET, socket());
    String path = directory.resolve("bin") + ":" + System.getenv("PATH");
    Program program =
        Program.start(
            directory,
            Optional.empty(),
            List.of("sh", "-c", "cd \"$0\" && exec " + here, directory.toString()),
            Map.of("PATH", path, "POSTERN_SOCKET", socket()));
    programs.add(program);
    return program;
  }

  private String socket() {
    return directory.resolve("state").resolve("postern.sock").toString();
  }
}
