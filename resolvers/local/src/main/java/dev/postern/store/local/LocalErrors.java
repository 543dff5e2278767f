package dev.postern.store.local;

import dev.postern.store.StoreException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Puts file failures into the port's words. */
final class LocalErrors {
  private LocalErrors() {}

  static StoreException reading(String what, Path file, String missing, IOException failure) {
    return switch (failure) {
      case NoSuchFileException gone ->
          new StoreException.NotFound("%s %s does not exist; %s".formatted(what, file, missing));
      case AccessDeniedException denied ->
          new StoreException.Denied(
              "%s %s may not be read by this user; run as its owner".formatted(what, file), denied);
      default ->
          new StoreException.Unavailable(
              "%s %s could not be read: %s".formatted(what, file, reason(failure)), failure);
    };
  }

  static StoreException writing(String what, Path file, IOException failure) {
    return switch (failure) {
      case FileAlreadyExistsException exists -> alreadyThere(what, file);
      default ->
          new StoreException.Unavailable(
              "%s %s could not be written: %s; what it held is intact"
                  .formatted(what, file, reason(failure)),
              failure);
    };
  }

  static StoreException.Conflict alreadyThere(String what, Path file) {
    return new StoreException.Conflict(
        "%s %s exists already and is never overwritten; move it away first".formatted(what, file));
  }

  /** File failures name paths and the system's reason; neither holds a value. */
  private static String reason(IOException failure) {
    return switch (failure) {
      case AccessDeniedException denied ->
          "permission denied, the directory must be writable to this user";
      case FileSystemException detailed when detailed.getReason() != null -> detailed.getReason();
      default -> String.valueOf(failure.getMessage());
    };
  }
}
