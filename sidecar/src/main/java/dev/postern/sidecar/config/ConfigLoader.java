package dev.postern.sidecar.config;

import java.nio.file.Path;
import java.util.Optional;

/** Reads a config file and tells of everything that is wrong with it. */
public final class ConfigLoader {

  private ConfigLoader() {}

  /**
   * Reads the file. Never throws for what is in the file, or for what the file system answers.
   *
   * @param file relative paths inside it are taken from its folder
   */
  public static ConfigResult load(Path file) {
    Problems problems = new Problems();
    Optional<PosternConfig> config =
        ConfigText.read(file, problems).flatMap(text -> parse(text, folderOf(file), problems));
    return result(config, problems);
  }

  /** Reads what a file holds; the tests' way in. */
  static ConfigResult parse(byte[] bytes, Path folder) {
    Problems problems = new Problems();
    Optional<PosternConfig> config =
        ConfigText.decode(bytes, problems).flatMap(text -> parse(text, folder, problems));
    return result(config, problems);
  }

  private static Optional<PosternConfig> parse(String text, Path folder, Problems problems) {
    Optional<YamlNode> root = YamlReader.read(text, problems);
    if (root.isEmpty() && problems.errors().isEmpty()) {
      problems.error(
          Position.FILE, "", "the file is empty; begin with 'installation: NAME' and 'stores:'");
    }
    root.ifPresent(new PastedSecrets(problems)::find);
    return root.flatMap(node -> Section.root(node, problems))
        .flatMap(section -> new RootReader(folder).read(section));
  }

  private static ConfigResult result(Optional<PosternConfig> config, Problems problems) {
    if (config.isPresent() && problems.errors().isEmpty()) {
      return new ConfigResult.Valid(config.get(), problems.warnings());
    }
    if (problems.errors().isEmpty()) {
      throw new IllegalStateException("a config was refused without a reason");
    }
    return new ConfigResult.Invalid(problems.errors(), problems.warnings());
  }

  private static Path folderOf(Path file) {
    Path parent = file.toAbsolutePath().normalize().getParent();
    return parent == null ? Path.of("/") : parent;
  }
}
