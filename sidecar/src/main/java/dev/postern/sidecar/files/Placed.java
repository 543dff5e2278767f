package dev.postern.sidecar.files;

import dev.postern.Version;
import java.nio.file.Path;
import java.util.Map;

/**
 * A version whose files are all in place.
 *
 * @param directories where, by bundle
 */
record Placed(Version version, Map<Bundle, Path> directories) {
  Placed {
    directories = Map.copyOf(directories);
  }
}
