package dev.postern.store.local;

import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.bech32.Bech32;
import com.exceptionfactory.jagged.bech32.Bech32Address;
import com.exceptionfactory.jagged.x25519.X25519KeyFactory;
import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaReaderFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaWriterFactory;
import dev.postern.SecretBytes;
import dev.postern.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;

/** The age identity that decrypts the store, kept off-heap, and the recipient it is known by. */
final class AgeIdentity implements AutoCloseable {
  private static final String WHAT = "age identity file";
  private static final byte[] PREFIX = "AGE-SECRET-KEY-1".getBytes(StandardCharsets.US_ASCII);
  private static final int LARGEST = 64 * 1024;
  private static final int SCALAR = 32;
  private static final String HUMAN = "AGE-SECRET-KEY-";
  private static final String DAMAGED = "holds a damaged AGE-SECRET-KEY-1… line";

  private final Path file;
  private final SecretBytes key;

  private AgeIdentity(Path file, SecretBytes key) {
    this.file = file;
    this.key = key;
  }

  /**
   * @throws StoreException.NotFound when there is no such file
   * @throws StoreException.Denied when others may read it, or it belongs to somebody else
   * @throws StoreException.Malformed when it does not hold exactly one X25519 identity
   */
  static AgeIdentity read(LocalConfig config) {
    Path file = config.identity();
    byte[] content;
    try {
      checkPrivate(file, FileOwner.of(file), FileOwner.self(), FileOwner.isOpenToOthers(file));
      if (Files.size(file) > LARGEST) {
        throw malformed(file, "is too large");
      }
      content = Files.readAllBytes(file);
    } catch (IOException e) {
      throw LocalErrors.reading(
          WHAT, file, "make one with " + config.initCommand() + " or age-keygen", e);
    }
    try {
      return parse(file, content);
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  /** Writes a new identity as {@code age-keygen} does, in a file that must not exist yet. */
  static void create(Path file, Instant now) {
    byte[] content = generate(now);
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            FileOwner.PRIVATE_FILE)) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    } catch (IOException e) {
      throw LocalErrors.writing(WHAT, file, e);
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  /** Refusals in a fixed order: whose file it is, then who may read it. */
  static void checkPrivate(Path file, int owner, int self, boolean openToOthers) {
    if (!FileOwner.isTrusted(owner, self)) {
      throw new StoreException.Denied(
          "%s %s belongs to user %d, neither to root nor to this user; run: chown %d %s"
              .formatted(WHAT, file, owner, self, file));
    }
    if (openToOthers) {
      throw new StoreException.Denied(
          "%s %s is open to other users; run: chmod 600 %s".formatted(WHAT, file, file));
    }
  }

  RecipientStanzaWriter encrypting() throws GeneralSecurityException {
    return X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(recipient());
  }

  RecipientStanzaReader decrypting() throws GeneralSecurityException {
    byte[] ascii = key.exposeCopy();
    CharBuffer chars = StandardCharsets.US_ASCII.decode(ByteBuffer.wrap(ascii));
    try {
      return X25519RecipientStanzaReaderFactory.newRecipientStanzaReader(chars);
    } finally {
      Arrays.fill(ascii, (byte) 0);
      Arrays.fill(chars.array(), '\0');
    }
  }

  /** Public: what {@code age -r} takes. Derived when it is asked for: a reader never needs it. */
  String recipient() throws GeneralSecurityException {
    byte[] line = key.exposeCopy();
    try {
      return new X25519KeyFactory().translateKey(new SecretKeySpec(line, "X25519")).toString();
    } finally {
      Arrays.fill(line, (byte) 0);
    }
  }

  Path file() {
    return file;
  }

  @Override
  public void close() {
    key.close();
  }

  @Override
  public String toString() {
    return "AgeIdentity[" + file + "]";
  }

  private static AgeIdentity parse(Path file, byte[] content) {
    byte[] found = null;
    int start = 0;
    for (int end = 0; end <= content.length; end++) {
      if (end < content.length && content[end] != '\n') {
        continue;
      }
      int last = end > start && content[end - 1] == '\r' ? end - 1 : end;
      if (last > start && content[start] != '#') {
        byte[] line = Arrays.copyOfRange(content, start, last);
        if (found != null || !startsWithPrefix(line)) {
          Arrays.fill(line, (byte) 0);
          throw malformed(file, "must hold exactly one line AGE-SECRET-KEY-1… beside comments");
        }
        found = line;
      }
      start = end + 1;
    }
    if (found == null) {
      throw malformed(file, "holds no line AGE-SECRET-KEY-1…");
    }
    return of(file, found);
  }

  private static AgeIdentity of(Path file, byte[] line) {
    CharBuffer chars = StandardCharsets.US_ASCII.decode(ByteBuffer.wrap(line));
    try {
      Bech32Address address = Bech32.getDecoder().decode(chars);
      byte[] scalar = address.getData();
      boolean whole =
          scalar.length == SCALAR && HUMAN.contentEquals(address.getHumanReadablePart());
      Arrays.fill(scalar, (byte) 0);
      if (!whole) {
        throw malformed(file, DAMAGED);
      }
      return new AgeIdentity(file, SecretBytes.copyOf(line));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      // No cause: the library's messages quote characters of the key.
      throw malformed(file, DAMAGED);
    } finally {
      Arrays.fill(line, (byte) 0);
      Arrays.fill(chars.array(), '\0');
    }
  }

  private static boolean startsWithPrefix(byte[] line) {
    return line.length > PREFIX.length
        && Arrays.equals(line, 0, PREFIX.length, PREFIX, 0, PREFIX.length);
  }

  private static byte[] generate(Instant now) {
    try {
      KeyPair pair = new X25519KeyPairGenerator().generateKeyPair();
      byte[] secret = pair.getPrivate().getEncoded();
      byte[] head =
          "# created: %s\n# public key: %s\n"
              .formatted(now.truncatedTo(ChronoUnit.SECONDS), pair.getPublic())
              .getBytes(StandardCharsets.US_ASCII);
      byte[] content = Arrays.copyOf(head, head.length + secret.length + 1);
      System.arraycopy(secret, 0, content, head.length, secret.length);
      content[content.length - 1] = '\n';
      Arrays.fill(secret, (byte) 0);
      return content;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no X25519", e);
    }
  }

  private static StoreException.Malformed malformed(Path file, String complaint) {
    return new StoreException.Malformed(
        "%s %s %s; restore it from a backup".formatted(WHAT, file, complaint));
  }
}
