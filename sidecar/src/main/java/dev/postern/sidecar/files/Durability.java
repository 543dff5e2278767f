package dev.postern.sidecar.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes what was written outlast a power failure; costs nothing on tmpfs. */
interface Durability {
  Durability SYNCED =
      new Durability() {
        @Override
        public void file(FileChannel channel) throws IOException {
          channel.force(true);
        }

        @Override
        public void directory(Path directory) throws IOException {
          try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
          }
        }
      };

  void file(FileChannel channel) throws IOException;

  void directory(Path directory) throws IOException;
}
