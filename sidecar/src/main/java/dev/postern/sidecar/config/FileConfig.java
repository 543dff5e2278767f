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
 * @param group the group's name or number; empty for the agent's own
 */
public record FileConfig(
    Path path,
    Content content,
    int mode,
    Optional<String> owner,
    Optional<String> group,
    Optional<HookConfig> onChange) {

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
