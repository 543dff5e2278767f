package dev.postern.sidecar.config;

import dev.postern.sidecar.templates.BuiltinTemplate;
import dev.postern.sidecar.templates.Quoting;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file that holds a secret for programs that read files.
 *
 * @param path absolute and without detours
 * @param mode nine permission bits, none of them for the world
 * @param owner the user's name or number; empty for the agent's own
 * @param group the group's name or number; empty for the agent's own, or for the folder's where
 *     that has the setgid bit, as a pod's volume with {@code fsGroup} has
 */
public record FileConfig(
    Path path,
    Folder folder,
    Content content,
    int mode,
    Optional<String> owner,
    Optional<String> group,
    Optional<HookConfig> onChange) {

  /** Whose folder it is in. */
  public enum Folder {
    /** Nobody else's: a folder that others may write to is refused. */
    PRIVATE,
    /**
     * A volume of a pod, such as an emptyDir, which Kubernetes makes with mode 0777, or 2777 with
     * {@code fsGroup}. It is accepted as it is, because the config says so; nobody else may be able
     * to write there in fact, so every other container mounts it {@code readOnly: true}. One that
     * does not could exchange the files for its own. All above the folder stays as strict.
     */
    POD_VOLUME
  }

  /** What it holds. */
  public sealed interface Content {
    /** One field's value as it is. */
    record Raw(String field) implements Content {}

    record Builtin(BuiltinTemplate template) implements Content {}

    /**
     * A template of the user's own.
     *
     * @param text as it was when the config was read
     */
    record Custom(Path file, Quoting quoting, String text) implements Content {
      @Override
      public String toString() {
        return "Custom[" + file + "]";
      }
    }
  }
}
