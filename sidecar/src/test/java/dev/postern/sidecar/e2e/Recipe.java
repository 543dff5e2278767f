package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A program of deploy/recipes that sends with a recipe, and what has to be run for it. */
enum Recipe {
  PYTHON("python3", "python/send.py"),
  NODE("node", "node/send.mjs", "/usr/share/nodejs/nodemailer") {
    @Override
    List<String> line(EveryKind kinds, Path folder) {
      return List.of("node", besideItsLibraries(source(), folder).toString());
    }
  },
  GO("go", "go/send.go") {
    @Override
    List<String> line(EveryKind kinds, Path folder) {
      // Not "go run": the program that asks would be a child of the one that is known.
      String built = folder.resolve("send").toString();
      String module = source().resolveSibling(".").normalize().toString();
      Program build =
          kinds.installation().system("env", "-C", module, "go", "build", "-o", built, ".");
      assertThat(build.exit()).as(build.err()).isZero();
      return List.of(built);
    }
  },
  PHP("php", "php/send.php", "/usr/share/php/libphp-phpmailer"),
  RUBY("ruby", "ruby/send.rb"),
  JAKARTA_MAIL("java", "java/SendByJakartaMail.java"),
  SPRING("java", "java/SendBySpring.java");

  private static final String JAVA_LIBRARIES =
      ".*/(angus|jakarta|spring|commons-logging|jspecify|micrometer)[^/]*\\.jar";

  private final String program;
  private final String file;
  private final List<Path> libraries;

  Recipe(String program, String file, String... libraries) {
    this.program = program;
    this.file = file;
    this.libraries = Arrays.stream(libraries).map(Path::of).toList();
  }

  private boolean isOfJava() {
    return program.equals("java");
  }

  /** What the recipes of Java send with is their mail library's alone. */
  boolean sendsWith(String secret) {
    return secret.equals(EveryKind.SMTP) || !isOfJava();
  }

  /** With what it sends mail by. */
  boolean isInstalled() {
    return isOfJava()
        || (Program.installed(program) && libraries.stream().allMatch(Files::isDirectory));
  }

  Path source() {
    return RecipeFile.FOLDER.resolve(file);
  }

  /**
   * @param folder for what has to be built
   */
  List<String> line(EveryKind kinds, Path folder) {
    return isOfJava() ? java(kinds.installation()) : List.of(program, source().toString());
  }

  /** As npm lays it out, which is where the import of a module looks. */
  private static Path besideItsLibraries(Path source, Path folder) {
    try (DirectoryStream<Path> modules = Files.newDirectoryStream(source.resolveSibling("."))) {
      for (Path module : modules) {
        Files.copy(module, folder.resolve(module.getFileName()));
      }
      Files.createSymbolicLink(folder.resolve("node_modules"), Path.of("/usr/share/nodejs"));
      return folder.resolve(source.getFileName());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The test's own JDK, which compiles the sources as it starts. */
  private List<String> java(Installation installation) {
    String path =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> entry.matches(JAVA_LIBRARIES))
            .collect(Collectors.joining(File.pathSeparator));
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-Djavax.net.ssl.trustStore=" + TrustStore.of(installation),
        "-cp",
        path,
        source().toString());
  }

  static Map<String, String> environment(EveryKind kinds, String secret) {
    Installation installation = kinds.installation();
    String authority = installation.directory().resolve("smtp-ca.pem").toString();
    return Map.of(
        "PYTHONDONTWRITEBYTECODE",
        "1",
        "POSTERN_SOCKET",
        installation.socket().toString(),
        "POSTERN_SECRET",
        secret,
        "MAIL_FROM",
        "shop@" + EveryKind.DOMAIN,
        "MAIL_TO",
        "somebody@example.org",
        "MAIL_HOST",
        kinds.provider().smtpAddress().getAddress().getHostAddress(),
        "MAIL_PORT",
        Integer.toString(kinds.provider().smtpAddress().getPort()),
        "SSL_CERT_FILE",
        authority,
        "NODE_EXTRA_CA_CERTS",
        authority);
  }
}
