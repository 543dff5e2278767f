package dev.postern.sidecar.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.SecretKind;
import dev.postern.sidecar.config.FileConfig.Content;
import dev.postern.sidecar.templates.BuiltinTemplate;
import dev.postern.sidecar.templates.FileTemplate;
import dev.postern.sidecar.templates.Quoting;
import dev.postern.sidecar.templates.TemplateException;
import dev.postern.sidecar.templates.TemplateNames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads {@code template} and {@code escape} of the files of one secret. */
final class TemplateReader {
  private static final int LARGEST = 1 << 16;
  private static final List<Quoting> ESCAPES =
      List.of(Quoting.NONE, Quoting.DOTENV, Quoting.JSON, Quoting.PROPERTIES);

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,24}");

  private final Path folder;
  private final SecretKind kind;

  /** Empty where a secret may have any. */
  private final Optional<Set<String>> names;

  TemplateReader(Path folder, SecretKind kind, Set<String> attributes) {
    this.folder = folder;
    this.kind = kind;
    this.names = TemplateNames.of(kind, attributes);
  }

  Optional<Content> read(Section section) {
    Optional<String> named = section.required("template", Readers::text);
    if (named.isEmpty()) {
      return Optional.empty();
    }
    if (!named.get().contains("/") && !named.get().contains(".")) {
      return builtin(named.get(), section);
    }
    return section
        .required("template", Readers.file(folder))
        .flatMap(file -> custom(file, section));
  }

  private Optional<Content> builtin(String name, Section section) {
    if (section.has("escape")) {
      section.errorAtKey("escape", "'escape' is for a template of your own");
    }
    Optional<BuiltinTemplate> known = BuiltinTemplate.ofWireName(name);
    if (known.isEmpty()) {
      section.error(
          "template",
          "no built-in template has this name, and a file is named with its folder"
              + NearestWord.to(name, FilesReader.builtins())
                  .map(near -> "; did you mean '" + near + "'?")
                  .orElse("; built in: " + String.join(", ", FilesReader.builtins())));
      return Optional.empty();
    }
    names.ifPresent(
        has ->
            known.get().needed().stream()
                .filter(needed -> !has.contains(needed))
                .sorted()
                .findFirst()
                .ifPresent(
                    missing ->
                        section.error(
                            "template",
                            "this template needs '" + missing + "', and " + lacking(missing))));
    return known.map(Content.Builtin::new);
  }

  private String lacking(String name) {
    return name.equals("smtp_host") && kind.fields().contains("login")
        ? "this secret's issuer has no smtp: {host, port}"
        : "a " + kind.wireName() + " has none";
  }

  private Optional<Content> custom(Path file, Section section) {
    Quoting quoting = section.withDefault("escape", ValueReader.oneOf(ESCAPES), Quoting.NONE);
    Optional<String> text = text(file, section);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (SecretShape.matches(text.get())) {
      section.error("template", "in this file is what looks like a secret; put it in a store");
      return Optional.empty();
    }
    try {
      FileTemplate template = FileTemplate.parse(text.get(), quoting);
      names.ifPresent(has -> checkNames(template, has, section));
      return Optional.of(new Content.Custom(file, quoting, text.get()));
    } catch (TemplateException e) {
      section.error("template", e.getMessage());
      return Optional.empty();
    }
  }

  private static void checkNames(FileTemplate template, Set<String> has, Section section) {
    template.names().stream()
        .filter(name -> !has.contains(name))
        .forEach(
            name ->
                section.error(
                    "template",
                    "the template asks for "
                        + shown(name)
                        + ", which this secret has not"
                        + NearestWord.to(name, has)
                            .map(near -> "; did you mean '" + near + "'?")
                            .orElse("; it has " + String.join(", ", has))));
  }

  /** What is in a template is shown where it has the form of a name, and is short like one. */
  private static String shown(String name) {
    return NAME.matcher(name).matches() ? "'" + name + "'" : "a name";
  }

  private static Optional<String> text(Path file, Section section) {
    if (!Files.isRegularFile(file)) {
      section.error("template", "there is no such file");
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        section.error("template", "the file is larger than 64 KiB");
        return Optional.empty();
      }
      return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      section.error("template", "the file is not UTF-8 text");
      return Optional.empty();
    } catch (IOException e) {
      section.error("template", "the file cannot be read; check its permissions");
      return Optional.empty();
    }
  }
}
