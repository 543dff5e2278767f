package dev.postern.sidecar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs the scripts beside this class. A script is a list of sections that begin with {@code --}:
 * answers of the agent ({@code -- agent GET /v1/secrets -> 200}; {@code raw} instead of a status
 * sends the text as it is, {@code -> nothing} only hangs up), then {@code -- run} with what the
 * command prints, sends and exits with. {@code {dir}} is the folder of the sockets.
 */
class CommandScriptTest {
  private static final Pattern ANSWER = Pattern.compile("((?:agent|admin) \\S+ \\S+) -> (\\S+)");
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

  @TestFactory
  Stream<DynamicTest> scripts() throws URISyntaxException, IOException {
    URL folder = Objects.requireNonNull(CommandScriptTest.class.getResource("scripts"));
    try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
      List<Path> scripts = files.sorted().toList();
      assertThat(scripts).isNotEmpty();
      return scripts.stream()
          .map(
              script ->
                  DynamicTest.dynamicTest(
                      String.valueOf(script.getFileName()), script.toUri(), () -> run(script)));
    }
  }

  private static void run(Path script) throws IOException {
    Path directory = Files.createTempDirectory("cli");
    try (FakeAgent agent = new FakeAgent(directory)) {
      Run run = null;
      for (Section section : sections(Files.readString(script))) {
        Matcher answer = ANSWER.matcher(section.title);
        if (answer.matches()) {
          answer(agent, answer.group(1), answer.group(2), section.text);
        } else if (section.title.startsWith("run")) {
          run = new Run(directory, section, agent.requests().size());
        } else {
          Objects.requireNonNull(run, "a script runs something first").check(agent, section);
        }
      }
      Objects.requireNonNull(run).checkNothingElseWasPrinted();
    } finally {
      delete(directory);
    }
  }

  private static void answer(FakeAgent agent, String request, String status, String text) {
    switch (status) {
      case "nothing" -> agent.answerRaw(request, "");
      case "raw" ->
          agent.answerRaw(
              request, text.replace("\n", "\r\n").replace("\\0", "\0").replace("\\e", "\u001b"));
      default -> agent.answer(request, Integer.parseInt(status), text);
    }
  }

  private static List<Section> sections(String script) {
    List<Section> sections = new ArrayList<>();
    for (String part : script.split("(?m)^-- ", -1)) {
      if (!sections.isEmpty() || !part.isBlank()) {
        int end = part.indexOf('\n');
        String text = part.substring(end + 1);
        sections.add(new Section(part.substring(0, end).strip(), text));
      }
    }
    sections.removeFirst();
    return sections;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      files
          .sorted(java.util.Comparator.reverseOrder())
          .forEach(
              file -> {
                try {
                  Files.delete(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }

  private record Section(String title, String text) {}

  /** One command that was run, and what of its output was looked at already. */
  private static final class Run {
    private final TestSurroundings surroundings = new TestSurroundings();
    private final Path directory;
    private final int earlierRequests;
    private final int exitCode;
    private boolean outChecked;
    private boolean errChecked;

    Run(Path directory, Section section, int earlierRequests) {
      this.directory = directory;
      this.earlierRequests = earlierRequests;
      surroundings.outputIsTerminal = section.title.contains("on a terminal");
      String[] arguments =
          WORD.matcher(section.text.replace("{dir}", directory.toString()))
              .results()
              .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
              .toArray(String[]::new);
      exitCode = surroundings.run(directory, arguments);
    }

    void check(FakeAgent agent, Section section) {
      String expected =
          section
              .text
              .replace("{dir}", directory.toString())
              .replace("\\e", "\u001b")
              .replace("\\r", "\r");
      switch (section.title) {
        case "stdout" -> {
          outChecked = true;
          assertThat(surroundings.stdout()).isEqualTo(expected);
        }
        case "stdout without line end" -> {
          outChecked = true;
          assertThat(surroundings.stdout()).isEqualTo(expected.stripTrailing());
        }
        case "stdout is not looked at" -> outChecked = true;
        case "stderr" -> {
          errChecked = true;
          assertThat(surroundings.stderr()).isEqualTo(expected);
        }
        case "sent" ->
            assertThat(
                    String.join(
                            "\n",
                            agent.requests().subList(earlierRequests, agent.requests().size()))
                        + "\n")
                .isEqualTo(expected);
        default -> {
          assertThat(section.title).startsWith("exit ");
          assertThat("exit " + exitCode + " " + surroundings.stderr()).startsWith(section.title);
          checkNothingElseWasPrinted();
        }
      }
    }

    void checkNothingElseWasPrinted() {
      if (!outChecked) {
        assertThat(surroundings.stdout()).isEmpty();
      }
      if (!errChecked) {
        assertThat(surroundings.stderr()).isEmpty();
      }
    }
  }
}
