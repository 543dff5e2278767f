package dev.postern.store.local;

import com.exceptionfactory.jagged.UnsupportedRecipientStanzaException;
import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import com.exceptionfactory.jagged.framework.stream.StandardEncryptingChannelFactory;
import dev.postern.store.StoreException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;

/** Whole files to and from the age format. */
final class AgeCipher {
  private final AgeIdentity identity;

  AgeCipher(AgeIdentity identity) {
    this.identity = identity;
  }

  /** The algorithms of the format, each asked for once. */
  static void prepare() {
    try {
      KeyPairGenerator.getInstance("X25519");
      KeyAgreement.getInstance("X25519");
      Mac.getInstance("HmacSHA256");
      Cipher.getInstance("ChaCha20-Poly1305");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK cannot decrypt the age format", e);
    }
  }

  byte[] encrypt(ByteBuffer plain) {
    ByteArrayOutputStream encrypted = new ByteArrayOutputStream(plain.remaining() + 512);
    try (WritableByteChannel channel =
        new StandardEncryptingChannelFactory()
            .newEncryptingChannel(Channels.newChannel(encrypted), List.of(identity.encrypting()))) {
      while (plain.hasRemaining()) {
        channel.write(plain);
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("age encryption failed in memory", e);
    }
    return encrypted.toByteArray();
  }

  /**
   * The caller wipes the bytes.
   *
   * @param file for messages
   */
  Plain decrypt(byte[] encrypted, Path file) {
    // The plain text is always shorter than the file.
    byte[] plain = new byte[encrypted.length];
    boolean complete = false;
    try (ReadableByteChannel channel =
        new StandardDecryptingChannelFactory()
            .newDecryptingChannel(
                Channels.newChannel(new ByteArrayInputStream(encrypted)),
                List.of(identity.decrypting()))) {
      ByteBuffer target = ByteBuffer.wrap(plain);
      int count = 0;
      while (count >= 0 && target.hasRemaining()) {
        count = channel.read(target);
      }
      complete = true;
      return new Plain(plain, target.position());
    } catch (UnsupportedRecipientStanzaException e) {
      throw new StoreException.Denied(
          "the identity in %s cannot decrypt local store %s: the file is encrypted to another one, or its header is damaged"
              .formatted(identity.file(), file),
          e);
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw new StoreException.Malformed(
          "local store %s is truncated or damaged; it was not changed, restore it from a backup"
              .formatted(file),
          e);
    } finally {
      if (!complete) {
        Arrays.fill(plain, (byte) 0);
      }
    }
  }

  /** Decrypted text at the front of a larger array. */
  static final class Plain implements AutoCloseable {
    private final byte[] bytes;
    private final int length;

    Plain(byte[] bytes, int length) {
      this.bytes = bytes;
      this.length = length;
    }

    LocalDocument parse() throws DocumentFormatException {
      return DocumentReader.read(bytes, length);
    }

    @Override
    public void close() {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
