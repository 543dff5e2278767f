package dev.postern.sidecar.templates;

import static dev.postern.sidecar.templates.TemplateFixtures.subject;
import static dev.postern.sidecar.templates.TemplateFixtures.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.postern.SecretKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written as a {@code .env} file, read by programs that people read such files with. */
final class DotenvReadersIT {
  private static final List<String> NASTY =
      List.of(
          "two words",
          " before and after ",
          "a#b",
          "a #b",
          "#",
          "it's",
          "say \"hi\"",
          "$HOME",
          "a$b$",
          "$(id)",
          "`id`",
          "a=b&c=d",
          "a;b|c<d>e",
          "*?[x]~!",
          "100%",
          "\u00e9\u00df\u4f60\ud83d\ude00",
          "{{field}}",
          "null",
          "");
  private static final List<String> IMPOSSIBLE =
      List.of("line\nbreak", "car\rriage", "nul\0", "it's \"both\"", "it's $HOME", "\t");
  private static final String LETTERS = "aZ09 #'\"$`\\{}=%!&\u00e9";
  private static final int RANDOM = 400;

  @TempDir private Path directory;

  @Test
  void nodeReadsBackWhatIsWritten() throws Exception {
    readsBack(
        file ->
            json(
                run(
                    "node",
                    "--env-file=" + file,
                    "-e",
                    "process.stdout.write(JSON.stringify(process.env))")));
  }

  @Test
  void shellReadsBackWhatIsWritten() throws Exception {
    readsBack(
        file -> {
          Map<String, String> read = new TreeMap<>();
          String all = run("sh", "-c", "set -a; . \"$1\"; exec env -0", "sh", file.toString());
          for (String entry : all.split("\0", -1)) {
            int equals = entry.indexOf('=');
            if (equals > 0) {
              read.put(entry.substring(0, equals), entry.substring(equals + 1));
            }
          }
          return read;
        });
  }

  /** Its package is not among those that the tests install. */
  @Test
  void pythonReadsBackWhatIsWritten() throws Exception {
    Process there = new ProcessBuilder("python3", "-c", "from dotenv import dotenv_values").start();
    if (there.waitFor() != 0) {
      assertThat(new String(there.getErrorStream().readAllBytes(), UTF_8)).contains("dotenv");
      return;
    }
    readsBack(
        file ->
            json(
                run(
                    "python3",
                    "-c",
                    "import json, sys; from dotenv import dotenv_values;"
                        + " print(json.dumps(dotenv_values(sys.argv[1])))",
                    file.toString())));
  }

  @Test
  void whatReadersTakeIsWrittenAndWhatTheyReadDifferentlyIsRefused() {
    assertThat(NASTY).filteredOn(value -> !canStand(value)).isEmpty();
    assertThat(IMPOSSIBLE).filteredOn(DotenvReadersIT::canStand).isEmpty();
  }

  /** A program that reads the file. */
  @FunctionalInterface
  private interface Reader {
    Map<String, String> read(Path file) throws Exception;
  }

  private void readsBack(Reader reader) throws Exception {
    Map<String, String> wanted = new TreeMap<>();
    for (String value : values().filter(DotenvReadersIT::canStand).toList()) {
      wanted.put("F%04d".formatted(wanted.size()), value);
    }
    String[] fields =
        wanted.entrySet().stream()
            .flatMap(field -> Stream.of(field.getKey(), field.getValue()))
            .toArray(String[]::new);
    Path file =
        Files.writeString(
            directory.resolve(".env"),
            text(BuiltinTemplate.DOTENV.render(subject(SecretKind.STATIC, Map.of(), fields))));

    Map<String, String> read = new TreeMap<>(reader.read(file));
    read.keySet().retainAll(wanted.keySet());

    assertThat(read).isEqualTo(wanted);
    assertThat(wanted).hasSizeGreaterThan(NASTY.size() + 300);
  }

  /** Each sign at each place of a value, and many together. */
  private static Stream<String> values() {
    List<String> values = new ArrayList<>(NASTY);
    IntStream.rangeClosed(' ', '~')
        .mapToObj(Character::toString)
        .forEach(sign -> values.addAll(List.of(sign, sign + "x", "x" + sign, "x" + sign + "y")));
    Random random = new Random(20261122);
    for (int i = 0; i < RANDOM; i++) {
      values.add(
          random
              .ints(1 + random.nextInt(10), 0, LETTERS.length())
              .mapToObj(at -> LETTERS.substring(at, at + 1))
              .collect(Collectors.joining()));
    }
    return values.stream().distinct();
  }

  private static boolean canStand(String value) {
    try {
      text(BuiltinTemplate.DOTENV.render(subject(SecretKind.STATIC, Map.of(), "field", value)));
      return true;
    } catch (TemplateException refused) {
      assertThat(refused).hasMessageStartingWith("field field ");
      return false;
    }
  }

  private static Map<String, String> json(String object) throws IOException {
    Map<String, String> read = new LinkedHashMap<>();
    JSON.std.mapFrom(object).forEach((key, value) -> read.put(key, String.valueOf(value)));
    return read;
  }

  private static String run(String... command) throws IOException, InterruptedException {
    boolean installed =
        Arrays.stream(System.getenv("PATH").split(":", -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, command[0])));
    if (!Boolean.getBoolean("postern.programs.required")) {
      Assumptions.assumeTrue(installed, command[0] + " is not installed");
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().retainAll(List.of("PATH", "HOME"));
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(command[0]).isZero();
    return out;
  }
}
