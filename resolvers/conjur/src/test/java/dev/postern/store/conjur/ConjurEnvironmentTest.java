package dev.postern.store.conjur;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.store.SecretStore;
import dev.postern.store.StoredSecret;
import dev.postern.store.conjur.fake.FakeConjur;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The SDK's client takes its login, certificates and address from {@code CONJUR_*} variables. They
 * can only be set for a process, so that each test starts one.
 */
final class ConjurEnvironmentTest extends ConjurScene {

  /** What the process does: reads one secret, by the arguments alone. */
  static final class Reader {
    private Reader() {}

    public static void main(String[] line) {
      ConjurConfig config =
          new ConjurConfig(
              "conjur",
              URI.create(line[0]),
              line[1],
              new ConjurLogin.ApiKey(line[2], new ConjurLogin.KeySource.File(Path.of(line[3]))),
              Optional.of(Path.of(line[4])),
              ConjurConfig.Siblings.NONE,
              Duration.ofSeconds(30));
      try (SecretStore store = ConjurStoreFactory.open(config);
          StoredSecret read = store.readCurrent(PATH)) {
        System.out.println("version " + read.version());
      }
    }
  }

  @Test
  void nothingInTheEnvironmentIsNeeded() throws Exception {
    assertThat(read(Map.of())).isEqualTo("version 1\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"present", "absent", "broken"})
  void whatTheSdkWouldTakeFromTheEnvironmentHasNoEffect(String certificate) throws Exception {
    Path file = directory.resolve("other-ca.pem");
    if (!certificate.equals("absent")) {
      Files.writeString(file, certificate.equals("broken") ? "no certificate" : otherCa());
    }
    assertThat(
            read(
                Map.of(
                    "CONJUR_APPLIANCE_URL", "https://127.0.0.1:1",
                    "CONJUR_ACCOUNT", "other",
                    "CONJUR_AUTHN_LOGIN", "host/other",
                    "CONJUR_AUTHN_API_KEY", "other-key",
                    "CONJUR_AUTHN_URL", "/authn-other",
                    "CONJUR_CERT_FILE", file.toString(),
                    "CONJUR_SSL_CERTIFICATE", "no certificate",
                    "CONJUR_VERSION", "4",
                    "CONJUR_AUTO_UPDATE_TOKEN", "true")))
        .isEqualTo("version 1\n");
  }

  private String otherCa() throws IOException {
    try (var other = FakeConjur.ofAnotherName()) {
      Path folder = Files.createDirectories(directory.resolve("other"));
      return Files.readString(other.writeCa(folder));
    }
  }

  private String read(Map<String, String> environment) throws Exception {
    ConjurConfig config = fixture.config();
    Path out = Files.createTempFile(directory, "reader", ".out");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Reader.class.getName(),
                config.url().toString(),
                config.account(),
                ConjurFixture.ROTATOR,
                server.writeKey(directory, ConjurFixture.ROTATOR).toString(),
                config.ca().orElseThrow().toString())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("CONJUR_"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(out);
  }
}
