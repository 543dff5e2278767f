package dev.postern.store.aws;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An IAM policy document, as far as the ones in deploy/policies go; anything else is refused. */
public record IamPolicy(List<Statement> statements) {

  /** One that allows, or one that denies whatever others allow. */
  record Statement(
      boolean denies, List<String> actions, List<String> resources, Set<String> tagKeys) {

    boolean isAbout(String action, String resource, Set<String> tags) {
      return actions.contains(action)
          && resources.stream().anyMatch(pattern -> matches(pattern, resource))
          && (tagKeys.isEmpty() || tagKeys.containsAll(tags));
    }

    private static boolean matches(String pattern, String resource) {
      String regex =
          Stream.of(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
      return resource.matches(regex);
    }
  }

  /** All of the documents together, as when they are attached to one role. */
  public static IamPolicy read(Path... files) {
    return new IamPolicy(Stream.of(files).flatMap(file -> statements(file).stream()).toList());
  }

  boolean allows(String action, String resource, Set<String> tags) {
    List<Statement> about =
        statements.stream()
            .filter(one -> one.isAbout("secretsmanager:" + action, resource, tags))
            .toList();
    return !about.isEmpty() && about.stream().noneMatch(Statement::denies);
  }

  private static List<Statement> statements(Path file) {
    try {
      Map<String, Object> document = JSON.std.mapFrom(Files.readString(file));
      require("2012-10-17".equals(document.get("Version")), file);
      return Optional.ofNullable((List<?>) document.get("Statement")).orElseThrow().stream()
          .map(statement -> statement((Map<?, ?>) statement, file))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Statement statement(Map<?, ?> json, Path file) {
    require(
        Set.of("Sid", "Effect", "Action", "Resource", "Condition").containsAll(json.keySet()),
        file);
    boolean denies = "Deny".equals(json.get("Effect"));
    require(denies || "Allow".equals(json.get("Effect")), file);
    List<String> actions = texts(json.get("Action"));
    require(actions.stream().allMatch(action -> action.matches("secretsmanager:[A-Za-z]+")), file);
    return new Statement(denies, actions, texts(json.get("Resource")), tagKeys(json, file));
  }

  private static Set<String> tagKeys(Map<?, ?> json, Path file) {
    if (!(json.get("Condition") instanceof Map<?, ?> condition)) {
      return Set.of();
    }
    require(condition.keySet().equals(Set.of("ForAllValues:StringEquals")), file);
    Map<?, ?> keys = (Map<?, ?>) condition.values().iterator().next();
    require(keys.keySet().equals(Set.of("aws:TagKeys")), file);
    return Set.copyOf(texts(keys.get("aws:TagKeys")));
  }

  private static List<String> texts(@Nullable Object oneOrMany) {
    return oneOrMany instanceof List<?> many
        ? many.stream().map(String.class::cast).toList()
        : List.of(String.valueOf(oneOrMany));
  }

  private static void require(boolean understood, Path file) {
    if (!understood) {
      throw new IllegalArgumentException(file + " uses what this reader does not know");
    }
  }
}
