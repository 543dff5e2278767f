package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A program of deploy/recipes, and what has to be run for it. */
enum Recipe {
  PYTHON_HTTP("python3", EveryKind.SENDING, "postern_mail.py"),
  PYTHON_SMTP("python3", EveryKind.SMTP, "postern_mail.py"),
  NODE("node", EveryKind.SENDING, "postern-mail.mjs"),
  GO("go", EveryKind.SENDING, "postern_mail.go") {
    @Override
    List<String> line(Installation installation) {
      // Not "go run": the program that asks would be a child of the one that is known.
      Path built = installation.directory().resolve("postern_mail");
      Program build =
          installation.system("go", "build", "-o", built.toString(), source().toString());
      assertThat(build.exit()).as(build.err()).isZero();
      return List.of(built.toString());
    }
  },
  PHP("php", EveryKind.SENDING, "PosternMail.php"),
  RUBY_HTTP("ruby", EveryKind.SENDING, "postern_mail.rb"),
  RUBY_SMTP("ruby", EveryKind.SMTP, "postern_mail.rb"),
  JAKARTA_MAIL("java", EveryKind.SMTP, "java/PosternAuthenticator.java") {
    @Override
    List<String> line(Installation installation) {
      return java(installation, source());
    }
  },
  SPRING("java", EveryKind.SMTP, "java/PosternMailSender.java") {
    @Override
    List<String> line(Installation installation) {
      return java(installation, source());
    }
  };

  private static final String LIBRARIES =
      ".*/(angus|jakarta|spring|commons-logging|jspecify|micrometer)[^/]*\\.jar";

  private final String program;
  private final String secret;
  private final String file;

  Recipe(String program, String secret, String file) {
    this.program = program;
    this.secret = secret;
    this.file = file;
  }

  String program() {
    return program;
  }

  String secret() {
    return secret;
  }

  boolean sendsByHttp() {
    return secret.equals(EveryKind.SENDING);
  }

  Path source() {
    return Path.of("..", "deploy", "recipes").resolve(file).toAbsolutePath().normalize();
  }

  List<String> line(Installation installation) {
    return List.of(program, source().toString());
  }

  /** The test's own JDK, which compiles the sources as it starts. */
  private static List<String> java(Installation installation, Path source) {
    String libraries =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> entry.matches(LIBRARIES))
            .collect(Collectors.joining(File.pathSeparator));
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-Djavax.net.ssl.trustStore=" + TrustStore.of(installation),
        "-cp",
        libraries,
        source.toString());
  }

  Map<String, String> environment(EveryKind kinds) {
    Installation installation = kinds.installation();
    return Map.of(
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
        installation.directory().resolve("smtp-ca.pem").toString());
  }
}
