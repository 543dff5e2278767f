package dev.postern.sidecar.config;

import dev.postern.sidecar.config.HookConfig.SignalName;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads {@code on-change} of one file. */
final class HookReader {
  private static final Set<String> SORTS = Set.of("signal", "command", "http");
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final ValueReader<Duration> DURATION = Readers.duration("100ms", "5m");

  /** The kernel keeps 15 bytes of a process's name. */
  private static final Pattern PROCESS = Pattern.compile("[A-Za-z0-9._+:-]{1,15}");

  private HookReader() {}

  static Optional<HookConfig> read(Section section) {
    List<String> sorts = SORTS.stream().filter(section::has).toList();
    if (sorts.size() != 1) {
      section.onlyKeys(Set.of("signal", "pid-file", "process", "command", "http", "timeout"));
      section.errorHere(
          sorts.isEmpty()
              ? "'signal', 'command' or 'http' is missing"
              : "one of 'signal', 'command' and 'http' is enough; give a second file for another");
      return Optional.empty();
    }
    return switch (sorts.getFirst()) {
      case "signal" -> signal(section);
      case "command" -> command(section);
      default -> http(section);
    };
  }

  private static Optional<HookConfig> signal(Section section) {
    section.onlyKeys(Set.of("signal", "pid-file", "process"));
    Optional<SignalName> signal = section.required("signal", HookReader::signalName);
    if (section.has("pid-file") == section.has("process")) {
      section.errorHere(
          section.has("process")
              ? "'pid-file' and 'process' exclude each other; keep one of them"
              : "'pid-file' is missing; name the file with the process's number, or its 'process'");
      return Optional.empty();
    }
    Optional<Path> pidFile = section.optional("pid-file", HookReader::absolute);
    Optional<String> process = section.optional("process", HookReader::process);
    return signal.flatMap(
        name ->
            pidFile
                .<HookConfig>map(file -> new HookConfig.SignalPidFile(name, file))
                .or(() -> process.map(comm -> new HookConfig.SignalProcess(name, comm))));
  }

  private static Reading<SignalName> signalName(Value value) {
    List<String> names = Arrays.stream(SignalName.values()).map(Enum::name).toList();
    String bare = value.text().startsWith("SIG") ? value.text().substring(3) : value.text();
    return value.isText() && names.contains(bare)
        ? Reading.of(SignalName.valueOf(bare))
        : Reading.refused(
            "expected "
                + String.join(" or ", names)
                + ", found "
                + value.shown()
                + NearestWord.to(bare, names.stream().map(HookReader::lower).toList())
                    .map(near -> "; did you mean '" + near.toUpperCase(Locale.ROOT) + "'?")
                    .orElse(""));
  }

  private static String lower(String word) {
    return word.toLowerCase(Locale.ROOT);
  }

  private static Reading<String> process(Value value) {
    return value.isText() && PROCESS.matcher(value.text()).matches()
        ? Reading.of(value.text())
        : value.expected("the name of a process, as ps shows it in 15 letters at most");
  }

  private static Optional<HookConfig> command(Section section) {
    section.onlyKeys(Set.of("command", "timeout"));
    Duration timeout = section.withDefault("timeout", DURATION, TIMEOUT);
    Optional<List<String>> argv = section.values("command", HookReader::argument);
    if (argv.isPresent() && argv.get().isEmpty()) {
      section.error("command", "the command is empty; name a program");
      return Optional.empty();
    }
    if (argv.isPresent() && !Path.of(argv.get().getFirst()).isAbsolute()) {
      section.error("command", "the program must be named by its whole path; there is no shell");
      return Optional.empty();
    }
    return argv.map(words -> new HookConfig.Command(words, timeout));
  }

  private static Reading<String> argument(Value value) {
    return value.isInteger() || value.isBoolean() ? Reading.of(value.text()) : Readers.text(value);
  }

  private static Optional<HookConfig> http(Section section) {
    section.onlyKeys(Set.of("http", "timeout"));
    Duration timeout = section.withDefault("timeout", DURATION, TIMEOUT);
    return section.section("http").flatMap(inner -> request(inner, timeout));
  }

  private static Optional<HookConfig> request(Section section, Duration timeout) {
    section.onlyKeys(Set.of("method", "url"));
    String method =
        section.withDefault("method", ValueReader.wordOf(List.of("POST", "PUT", "GET")), "POST");
    return section
        .required("url", HookReader::localUrl)
        .map(url -> new HookConfig.Http(method, url, timeout));
  }

  /** A name is looked up when it is called, and refused then if it is not this machine's. */
  private static Reading<URI> localUrl(Value value) {
    return AddressReaders.url(true)
        .read(value)
        .then(
            url -> {
              if (!"http".equals(url.getScheme())) {
                return Reading.refused("a hook is called on this machine only, by http://");
              }
              return AddressReaders.isLiteral(url.getHost())
                      && !AddressReaders.isLoopback(url.getHost())
                  ? Reading.refused("a hook is called on this machine only: 127.0.0.1 or [::1]")
                  : Reading.of(url);
            });
  }

  /** A path that means the same wherever the agent was started. */
  static Reading<Path> absolute(Value value) {
    return Readers.text(value)
        .then(
            text -> {
              Path path = Path.of(text);
              if (!path.isAbsolute()) {
                return Reading.refused("expected an absolute path; begin with /");
              }
              return path.normalize().equals(path)
                  ? Reading.of(path)
                  : Reading.refused("a path with . or .. in it is not accepted here");
            });
  }
}
