package dev.postern.sidecar.server;

import dev.postern.Version;
import dev.postern.sidecar.files.FileState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What is said of a file in which a secret is kept. */
final class FileJson {
  private FileJson() {}

  static Map<String, Object> of(FileState file) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("path", file.path().toString());
    file.version().map(Version::id).ifPresent(version -> json.put("version", version));
    json.put("acknowledged", file.acknowledged());
    file.hook().ifPresent(hook -> json.put("on_change", hook));
    file.trouble()
        .ifPresent(
            trouble -> {
              json.put("problem", trouble.problem());
              json.put("attempts", trouble.attempts());
              json.put("retry_at", trouble.retryAt().toString());
            });
    return json;
  }

  /** One line for an operator, where something is wrong. */
  static Optional<String> problem(FileState file) {
    return file.trouble()
        .map(
            trouble ->
                "file "
                    + file.path()
                    + ": "
                    + trouble.problem()
                    + " (attempt "
                    + trouble.attempts()
                    + ", again at "
                    + trouble.retryAt()
                    + ")");
  }
}
