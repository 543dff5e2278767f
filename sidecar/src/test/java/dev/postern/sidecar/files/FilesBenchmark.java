package dev.postern.sidecar.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

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
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How long it takes to render fifty files of one secret and to swap them in: raw, built-in and
 * custom ones by turns, each round with a new value. What fsync takes of it is told apart, and the
 * processor's time, which a busy machine does not change. By turns with it goes a bare loop in the
 * same folder that does the least that has to be done: fifty files created with their mode, written
 * and closed, a link to their directory made and renamed, and those before removed. What the swap
 * takes beside it is ours, the rest the file system's. Prints a line per figure, for each folder
 * that it is given as NAME=FOLDER.
 */
final class FilesBenchmark {
  private static final int FILES = 50;
  private static final int WARM_UP = 100;
  private static final int ROUNDS = 200;
  private static final ThreadMXBean THREAD = ManagementFactory.getThreadMXBean();

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
    private long processor;

    private interface Sync {
      void run() throws IOException;
    }

    @Override
    public void file(FileChannel channel) throws IOException {
      timed(() -> SYNCED.file(channel));
    }

    @Override
    public void directory(Path directory) throws IOException {
      timed(() -> SYNCED.directory(directory));
    }

    private void timed(Sync sync) throws IOException {
      long used = THREAD.getCurrentThreadCpuTime();
      long begun = System.nanoTime();
      sync.run();
      nanos += System.nanoTime() - begun;
      processor += THREAD.getCurrentThreadCpuTime() - used;
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
    double[] bare = new double[ROUNDS];
    double[] bareProcessor = new double[ROUNDS];
    Bare loop = new Bare(Files.createDirectory(directory.resolveSibling("bare")));
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      sync.nanos = 0;
      sync.processor = 0;
      long used = THREAD.getCurrentThreadCpuTime();
      long begun = System.nanoTime();
      swap(bundle, files, round);
      long took = System.nanoTime() - begun;
      long usedBySwap = THREAD.getCurrentThreadCpuTime() - used;
      used = THREAD.getCurrentThreadCpuTime();
      begun = System.nanoTime();
      loop.swap(round);
      long tookBare = System.nanoTime() - begun;
      if (round >= 0) {
        swaps[round] = (took - sync.nanos) / 1e6;
        syncs[round] = sync.nanos / 1e6;
        processor[round] = (usedBySwap - sync.processor) / 1e6;
        bare[round] = tookBare / 1e6;
        bareProcessor[round] = (THREAD.getCurrentThreadCpuTime() - used) / 1e6;
      }
    }
    print(name + "_swap_ms", swaps);
    print(name + "_fsync_ms", syncs);
    print(name + "_processor_ms", processor);
    print(name + "_bare_ms", bare);
    print(name + "_bare_processor_ms", bareProcessor);
  }

  /** The least that has to be done, by the same library. */
  private static final class Bare {
    private static final FileAttribute<?> MODE =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r--r-----"));

    private final Path directory;
    private final ByteBuffer content = ByteBuffer.allocateDirect(80);

    Bare(Path directory) {
      this.directory = directory;
    }

    void swap(int round) throws IOException {
      Path version = Files.createDirectory(directory.resolve("version" + round));
      for (int i = 0; i < FILES; i++) {
        try (FileChannel file =
            FileChannel.open(version.resolve("file" + i), Set.of(WRITE, CREATE_NEW), MODE)) {
          file.write(content.clear());
        }
      }
      Path next = Files.createSymbolicLink(directory.resolve("next"), version.getFileName());
      Files.move(next, directory.resolve("data"), ATOMIC_MOVE);
      Path before = directory.resolve("version" + (round - 1));
      if (Files.exists(before)) {
        for (int i = 0; i < FILES; i++) {
          Files.delete(before.resolve("file" + i));
        }
        Files.delete(before);
      }
    }
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
