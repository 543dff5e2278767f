package dev.postern.sidecar.config;

import dev.postern.SecretKind;
import dev.postern.sidecar.config.FileConfig.Content;
import dev.postern.sidecar.config.FileConfig.Folder;
import dev.postern.sidecar.templates.BuiltinTemplate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code files} of all secrets, of which no two may have one path. */
final class FilesReader {
  private static final Set<String> KEYS =
      Set.of(
          "path", "folder", "field", "template", "escape", "mode", "owner", "group", "on-change");
  private static final int MODE = 0400;

  private final Path folder;
  private final Set<Path> taken = new HashSet<>();
  private final Map<Path, Folder> folders = new HashMap<>();

  FilesReader(Path folder) {
    this.folder = folder;
  }

  /**
   * @param attributes those that the secret will have, by name
   */
  List<FileConfig> read(Section secret, SecretKind kind, Set<String> attributes) {
    TemplateReader templates = new TemplateReader(folder, kind, attributes);
    List<FileConfig> files = new ArrayList<>();
    for (Section section : secret.sections("files")) {
      file(section, kind, templates).ifPresent(files::add);
    }
    return files;
  }

  private Optional<FileConfig> file(Section section, SecretKind kind, TemplateReader templates) {
    section.onlyKeys(KEYS);
    Optional<Path> path = section.required("path", HookReader::absolute);
    path.ifPresent(file -> checkPath(file, section));
    Folder within =
        section.withDefault("folder", ValueReader.oneOf(List.of(Folder.values())), Folder.PRIVATE);
    path.ifPresent(file -> checkFolder(file, within, section));
    Optional<Content> content =
        section.has("template") ? template(section, templates) : raw(section, kind);
    int mode = section.withDefault("mode", FilesReader::mode, MODE);
    Optional<String> owner = section.optional("owner", PrincipalReaders::user);
    Optional<String> group = section.optional("group", PrincipalReaders::group);
    Optional<HookConfig> hook = section.section("on-change").flatMap(HookReader::read);
    return path.flatMap(
        file -> content.map(what -> new FileConfig(file, within, what, mode, owner, group, hook)));
  }

  private void checkPath(Path path, Section section) {
    if (path.getParent() == null || path.getParent().getParent() == null) {
      section.error("path", "a secret is kept in a folder of its own, not directly under /");
    } else if (String.valueOf(path.getFileName()).startsWith("..")) {
      section.error("path", "names that begin with two dots are kept for the versions");
    } else if (!taken.add(path)) {
      section.error("path", "another file of this config has the same path");
    }
  }

  /** What is accepted of a folder is accepted for all that is in it. */
  private void checkFolder(Path file, Folder folder, Section section) {
    Folder other = folders.putIfAbsent(file.resolveSibling(""), folder);
    if (other != null && other != folder) {
      section.error("folder", "another file in this folder says otherwise; say it of all of them");
    }
  }

  private static Optional<Content> template(Section section, TemplateReader templates) {
    if (section.has("field")) {
      section.errorAtKey("field", "'field' and 'template' exclude each other; keep one of them");
    }
    return templates.read(section);
  }

  private static Optional<Content> raw(Section section, SecretKind kind) {
    if (section.has("escape")) {
      section.errorAtKey("escape", "'escape' is for a template of your own");
    }
    Optional<String> field = section.optional("field", AddressReaders::field);
    if (kind.fields().isEmpty()) {
      if (!section.has("field")) {
        section.errorHere("'field' or 'template' is missing; a static secret has any fields");
      }
      return field.map(Content.Raw::new);
    }
    if (field.isPresent() && !kind.fields().contains(field.get())) {
      section.error(
          "field",
          "a "
              + kind.wireName()
              + " has no such field; it has "
              + String.join(", ", kind.fields())
              + NearestWord.hint(field.get(), kind.fields()));
    }
    return Optional.of(new Content.Raw(field.orElse(kind.fields().getLast())));
  }

  private static Reading<Integer> mode(Value value) {
    return Readers.modeBits(value)
        .then(
            mode -> {
              if ((mode & 07) != 0) {
                return Reading.refused(
                    "the mode gives access to everyone on the machine; the last digit must be 0");
              }
              return (mode & 0400) == 0
                  ? Reading.refused("its owner must be able to read it; begin with 04")
                  : Reading.of(mode);
            });
  }

  /** The names of the built-in templates. */
  static List<String> builtins() {
    return Arrays.stream(BuiltinTemplate.values()).map(BuiltinTemplate::wireName).toList();
  }
}
