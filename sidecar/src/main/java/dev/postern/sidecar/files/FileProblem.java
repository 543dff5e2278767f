package dev.postern.sidecar.files;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Optional;

/** Why a file cannot be kept, in words for an operator; trying again may help. */
final class FileProblem extends Exception {
  private static final long serialVersionUID = 1L;

  private final String message;

  FileProblem(String message) {
    super(message);
    this.message = message;
  }

  @Override
  public String getMessage() {
    return message;
  }

  /** Says what the system said, in its own words, which never repeat what was written. */
  static FileProblem of(String act, IOException why) {
    String reason =
        why instanceof FileSystemException system
            ? Optional.ofNullable(system.getReason()).orElse(why.getClass().getSimpleName())
            : Optional.ofNullable(why.getMessage()).orElse(why.getClass().getSimpleName());
    return new FileProblem(act + ": " + reason);
  }
}
