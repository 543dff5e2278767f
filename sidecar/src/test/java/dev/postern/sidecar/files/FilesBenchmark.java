package dev.postern.sidecar.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.SecretKind;
import dev.postern.Version;
import dev.postern.sidecar.config.FileConfig;
import dev.postern.sidecar.config.FileConfig.Content;
import dev.postern.sidecar.templates.BuiltinTemplate;
import dev.postern.sidecar.templates.Quoting;
import dev.postern.sidecar.templates.Subject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How long it takes to render fifty files of one secret and to swap them in: raw, built-in and
 * custom ones by turns, each round with a new value. What fsync takes of it is told apart, and the
 * processor's time, which a busy machine does not change. Prints a line per figure, for each folder
 * that it is given as NAME=FOLDER.
 */
final class FilesBenchmark {
  private static final int FILES = 50;
  private static final int WARM_UP = 100;
  private static final int ROUNDS = 200;

  private FilesBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    for (String argument : arguments) {
      String[] named = argument.split("=", 2);
      measure(named[0], Files.createDirectory(Path.of(named[1], "secrets")));
    }
  }

  /** Counts what the real one takes. */
  private static final class Timed implements Durability {
    private long nanos;

    @Override
    public void file(FileChannel channel) throws IOException {
      long begun = System.nanoTime();
      SYNCED.file(channel);
      nanos += System.nanoTime() - begun;
    }

    @Override
    public void directory(Path directory) throws IOException {
      long begun = System.nanoTime();
      SYNCED.directory(directory);
      nanos += System.nanoTime() - begun;
    }
  }

  private static void measure(String name, Path directory) throws Exception {
    List<KeptFile> files = files(directory);
    Timed sync = new Timed();
    Bundle bundle =
        new Bundle(
            FilesFixture.directory(
                directory, files.stream().map(KeptFile::name).toArray(String[]::new)),
            FilesFixture.SECRET,
            sync,
            step -> {});
    double[] swaps = new double[ROUNDS];
    double[] syncs = new double[ROUNDS];
    double[] processor = new double[ROUNDS];
    ThreadMXBean thread = ManagementFactory.getThreadMXBean();
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      sync.nanos = 0;
      long used = thread.getCurrentThreadCpuTime();
      long begun = System.nanoTime();
      swap(bundle, files, round);
      long took = System.nanoTime() - begun;
      if (round >= 0) {
        swaps[round] = (took - sync.nanos) / 1e6;
        syncs[round] = sync.nanos / 1e6;
        processor[round] = (thread.getCurrentThreadCpuTime() - used) / 1e6;
      }
    }
    print(name + "_swap_ms", swaps);
    print(name + "_fsync_ms", syncs);
    print(name + "_processor_ms", processor);
  }

  private static void print(String name, double[] times) {
    Arrays.sort(times);
    System.out.printf("%s %.3f%n", name, times[times.length / 2]);
    System.out.printf("%s_p99 %.3f%n", name, times[times.length * 99 / 100]);
  }

  private static List<KeptFile> files(Path directory) {
    List<Content> contents =
        List.of(
            new Content.Raw("api_key"),
            new Content.Builtin(BuiltinTemplate.DOTENV),
            new Content.Builtin(BuiltinTemplate.JSON),
            new Content.Custom(
                Path.of("own.mustache"),
                Quoting.NONE,
                "[mail]\nkey = {{api_key}}\ndomain = {{domain}}\n"));
    Principals principals = new Principals();
    List<KeptFile> files = new ArrayList<>();
    for (int i = 0; i < FILES; i++) {
      files.add(
          new KeptFile(
              new FileConfig(
                  directory.resolve("file" + i),
                  FileConfig.Folder.PRIVATE,
                  contents.get(i % contents.size()),
                  0440,
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty()),
              principals));
    }
    return files;
  }

  private static void swap(Bundle bundle, List<KeptFile> files, int round) throws FileProblem {
    List<FileEntry> entries = new ArrayList<>();
    String value = "key-0123456789abcdef0123456789ab" + (round + 1000);
    try (SecretFields fields =
        SecretFields.takeOwnershipOf(
            Map.of("api_key", SecretBytes.copyOf(value.getBytes(UTF_8))))) {
      Subject subject =
          new Subject(
              FilesFixture.SECRET,
              SecretKind.MAILGUN_SENDING_KEY,
              new Version(Integer.toString(round + 1000)),
              Map.of("domain", "mg.example.com", "api_base", "https://api.eu.mailgun.net"),
              fields);
      for (KeptFile file : files) {
        entries.add(file.entry(subject));
      }
      bundle.put(entries);
    } finally {
      entries.forEach(entry -> entry.content().close());
    }
  }
}
