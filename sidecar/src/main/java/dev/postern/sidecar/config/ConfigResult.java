package dev.postern.sidecar.config;

import java.util.List;

/** What reading a config file came to. */
public sealed interface ConfigResult {

  /** In the order of the file; none of a file that can be used. */
  List<ConfigProblem> errors();

  /** In the order of the file. */
  List<ConfigProblem> warnings();

  /** The file can be used. */
  record Valid(PosternConfig config, List<ConfigProblem> warnings) implements ConfigResult {
    public Valid {
      warnings = List.copyOf(warnings);
    }

    @Override
    public List<ConfigProblem> errors() {
      return List.of();
    }
  }

  /** The file cannot be used: every error that could be found at once, in the order of the file. */
  record Invalid(List<ConfigProblem> errors, List<ConfigProblem> warnings) implements ConfigResult {
    public Invalid {
      errors = List.copyOf(errors);
      warnings = List.copyOf(warnings);
    }
  }
}
