package dev.postern.sidecar.files;

import dev.postern.consumer.Consumer;
import dev.postern.sidecar.config.FileConfig;
import dev.postern.sidecar.config.FileConfig.Content;
import dev.postern.sidecar.config.FileConfig.Folder;
import dev.postern.sidecar.config.HookConfig;
import dev.postern.sidecar.templates.FileTemplate;
import dev.postern.sidecar.templates.Rendered;
import dev.postern.sidecar.templates.Subject;
import dev.postern.sidecar.templates.TemplateException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** One configured file, and what it takes to fill it. */
final class KeptFile {
  private final FileConfig config;
  private final Principals principals;
  private final Consumer consumer;
  private final Set<PosixFilePermission> permissions;
  private final Optional<FileTemplate> template;

  KeptFile(FileConfig config, Principals principals) {
    this.config = config;
    this.principals = principals;
    this.consumer = Consumer.ofFile(config.path().toString());
    this.permissions = permissions(config.mode());
    this.template =
        config.content() instanceof Content.Custom custom
            ? Optional.of(FileTemplate.parse(custom.text(), custom.quoting()))
            : Optional.empty();
  }

  Path path() {
    return config.path();
  }

  Path directory() {
    return Optional.ofNullable(config.path().getParent()).orElseThrow();
  }

  Folder folder() {
    return config.folder();
  }

  String name() {
    return String.valueOf(config.path().getFileName());
  }

  Consumer consumer() {
    return consumer;
  }

  Optional<HookConfig> onChange() {
    return config.onChange();
  }

  /** As it is to be with this version; the caller closes its content. */
  FileEntry entry(Subject subject) throws FileProblem {
    var owner = principals.user(config.owner());
    var group = principals.group(config.group());
    try {
      return new FileEntry(name(), render(subject), permissions, owner, group);
    } catch (TemplateException e) {
      throw new FileProblem(path() + ": " + e.getMessage());
    }
  }

  private Rendered render(Subject subject) throws FileProblem {
    return switch (config.content()) {
      case Content.Raw(String field) ->
          subject
              .fields()
              .field(field)
              .map(Rendered::raw)
              .orElseThrow(
                  () ->
                      new FileProblem(path() + ": the secret in the store has no field " + field));
      case Content.Builtin builtin -> builtin.template().render(subject);
      case Content.Custom _ -> template.orElseThrow().render(subject);
    };
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    PosixFilePermission[] all = PosixFilePermission.values();
    Set<PosixFilePermission> granted = EnumSet.noneOf(PosixFilePermission.class);
    for (int bit = 0; bit < all.length; bit++) {
      // They are declared in the order of the bits, the owner's first.
      if ((mode & 0400 >> bit) != 0) {
        granted.add(all[bit]);
      }
    }
    return granted;
  }
}
