package dev.postern.store.vault;

import dev.postern.SecretBytes;
import dev.postern.store.StoreException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads one of the agent's own credentials. */
final class CredentialFile {
  /** A token is at most some kilobytes; a larger file is another one. */
  private static final int LONGEST = 64 << 10;

  private CredentialFile() {}

  /**
   * @return without the line break and blanks at its end, the caller's to close
   */
  static SecretBytes read(String store, Path file) {
    byte[] bytes;
    try {
      if (Files.size(file) > LONGEST) {
        throw new StoreException.Malformed(
            "store %s: %s is too large for a credential".formatted(store, file));
      }
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw unreadable(store, file, e);
    }
    try {
      int end = bytes.length;
      while (end > 0 && bytes[end - 1] <= ' ' && bytes[end - 1] >= 0) {
        end--;
      }
      if (end == 0) {
        throw new StoreException.Unavailable(
            "store %s: the credential file %s is empty; what fills it has not yet done so"
                .formatted(store, file),
            null);
      }
      for (int i = 0; i < end; i++) {
        if (bytes[i] <= ' ' || bytes[i] > '~') {
          throw new StoreException.Malformed(
              "store %s: the credential file %s holds more than one word of plain text"
                  .formatted(store, file));
        }
      }
      return SecretBytes.takeOwnershipOf(Arrays.copyOf(bytes, end));
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** A missing file may come: platforms put credentials there after the start. */
  static StoreException unreadable(String store, Path file, IOException failure) {
    return switch (failure) {
      case NoSuchFileException _ ->
          new StoreException.Unavailable(
              "store %s: %s does not exist; mount it or correct the path".formatted(store, file),
              null);
      case AccessDeniedException _ ->
          new StoreException.Denied(
              "store %s: %s may not be read by this user; run as its owner or group"
                  .formatted(store, file));
      default ->
          new StoreException.Unavailable(
              "store %s: %s could not be read".formatted(store, file), null);
    };
  }
}
