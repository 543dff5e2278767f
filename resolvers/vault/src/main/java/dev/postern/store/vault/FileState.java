package dev.postern.store.vault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What tells that a file was changed, or replaced, without reading it. Kubernetes replaces
 * projected files by moving a symbolic link, which shows in the key of the file that it leads to.
 */
record FileState(Path file, Optional<FileTime> modified, long size, @Nullable Object key) {

  static FileState of(Path file) {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return new FileState(file, Optional.of(now.lastModifiedTime()), now.size(), now.fileKey());
    } catch (IOException e) {
      return new FileState(file, Optional.empty(), 0, null);
    }
  }
}
