package dev.postern.sidecar.cli;

import dev.postern.time.TimeSource;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * All that a command touches of the process it runs in, so that a test can stand in for it.
 *
 * @param hiddenInput asks for a value without showing it; nothing when no terminal can do that
 */
record Surroundings(
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean inputIsTerminal,
    boolean outputIsTerminal,
    Map<String, String> variables,
    TimeSource time,
    Interrupts interrupts,
    Supplier<Optional<char[]>> hiddenInput) {

  static Surroundings ofProcess() {
    return new Surroundings(
        System.in,
        utf8(FileDescriptor.out),
        utf8(FileDescriptor.err),
        isTerminal(0),
        isTerminal(1),
        System.getenv(),
        TimeSource.system(),
        Interrupts.ofProcess(),
        Surroundings::readHidden);
  }

  /** An environment variable, where it is set to something. */
  Optional<String> variable(String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
  }

  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /**
   * {@code Console.isTerminal} is true only when input and output both are terminals; a value must
   * be kept off the screen, and a prompt out of a pipe, by each one alone.
   */
  private static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.matches("/dev/(pts/\\d+|tty.*|console)");
    } catch (IOException e) {
      return console().isPresent();
    }
  }

  private static Optional<char[]> readHidden() {
    return console().map(console -> console.readPassword("value (not shown): "));
  }

  private static Optional<Console> console() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal);
  }
}
