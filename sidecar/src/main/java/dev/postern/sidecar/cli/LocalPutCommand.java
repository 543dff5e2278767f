package dev.postern.sidecar.cli;

import dev.postern.SecretBytes;
import dev.postern.Version;
import dev.postern.store.SecretPath;
import dev.postern.store.StoreException;
import dev.postern.store.local.LocalAdministration;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "put",
    description = {
      "Store one field of a secret; the value is read from standard input, or typed unseen.",
      "One line end at its end is not part of it. Other fields of the secret are kept."
    },
    footer = "Example: postern local put mail/sending --field api_key < key.txt")
final class LocalPutCommand implements Callable<Integer> {
  private static final int LARGEST = 64 * 1024;

  private final Surroundings surroundings;
  @Mixin private final LocalCommand.StoreOptions store = new LocalCommand.StoreOptions();

  @Parameters(paramLabel = "PATH", description = "where in the store, such as mail/sending")
  private String path = "";

  @Option(
      names = "--field",
      paramLabel = "FIELD",
      required = true,
      description = "such as api_key, login or password")
  private String field = "";

  LocalPutCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    // Opened first, so that nobody types a secret for a store that is not there.
    try (LocalAdministration administration = LocalAdministration.open(store.config());
        SecretBytes value = value()) {
      Version version = administration.put(new SecretPath(path), field, value);
      surroundings
          .out()
          .println(SafeText.line("%s: %s stored, version %s".formatted(path, field, version)));
    } catch (StoreException e) {
      throw LocalCommand.failure(e);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
    return ExitCode.OK.code();
  }

  private SecretBytes value() throws IOException {
    byte[] typed = surroundings.inputIsTerminal() ? hidden() : piped();
    try {
      int length = withoutLineEnd(typed);
      if (length == 0) {
        throw new CommandFailure(
            ExitCode.USAGE,
            "the value is empty: pipe it in, as in `postern local put %s --field %s < key.txt`"
                .formatted(path, field));
      }
      return SecretBytes.copyOf(ByteBuffer.wrap(typed, 0, length));
    } finally {
      Arrays.fill(typed, (byte) 0);
    }
  }

  private byte[] piped() throws IOException {
    byte[] read = surroundings.in().readNBytes(LARGEST + 1);
    if (read.length > LARGEST) {
      Arrays.fill(read, (byte) 0);
      throw new CommandFailure(ExitCode.USAGE, "the value is larger than 64 KiB");
    }
    return read;
  }

  private byte[] hidden() {
    char[] typed =
        surroundings
            .hiddenInput()
            .get()
            .orElseThrow(
                () ->
                    new CommandFailure(
                        ExitCode.USAGE,
                        "a value is not typed where it can be seen: pipe it in, as in `postern local put %s --field %s < key.txt`"
                            .formatted(path, field)));
    ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(typed));
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes).flip();
    while (encoded.hasRemaining()) {
      encoded.put((byte) 0);
    }
    Arrays.fill(typed, '\0');
    return bytes;
  }

  private static int withoutLineEnd(byte[] value) {
    int length = value.length;
    if (length > 0 && value[length - 1] == '\n') {
      length--;
      if (length > 0 && value[length - 1] == '\r') {
        length--;
      }
    }
    return length;
  }
}
