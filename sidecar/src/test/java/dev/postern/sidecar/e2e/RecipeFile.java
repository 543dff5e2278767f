package dev.postern.sidecar.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** A file of deploy/recipes that users copy, and how many lines of code it may have. */
enum RecipeFile {
  PYTHON("python/postern.py", 34),
  RUBY("ruby/postern.rb", 38),
  PHP("php/Postern.php", 47),
  NODE("node/postern.mjs", 48),
  GO("go/postern/postern.go", 89),
  JAVA("java/PosternSecret.java", 96),
  JAKARTA_MAIL("java/PosternAuthenticator.java", 33),
  SPRING("java/PosternMailSender.java", 21);

  static final Path FOLDER = Path.of("..", "deploy", "recipes").toAbsolutePath().normalize();
  private static final Pattern BLANK_OR_COMMENT =
      Pattern.compile("\\s*((//|#|/\\*|\\*).*|\"\"\".*\"\"\")?");

  private final String path;
  private final int limit;

  RecipeFile(String path, int limit) {
    this.path = path;
    this.limit = limit;
  }

  int limit() {
    return limit;
  }

  List<String> lines() throws IOException {
    return Files.readAllLines(FOLDER.resolve(path));
  }

  List<String> linesOfCode() throws IOException {
    return lines().stream().filter(line -> !BLANK_OR_COMMENT.matcher(line).matches()).toList();
  }
}
