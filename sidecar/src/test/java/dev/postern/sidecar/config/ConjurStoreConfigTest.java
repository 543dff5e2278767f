package dev.postern.sidecar.config;

import static dev.postern.sidecar.config.ConfigFixtures.FOLDER;
import static dev.postern.sidecar.config.ConfigFixtures.changed;
import static dev.postern.sidecar.config.ConfigFixtures.config;
import static dev.postern.sidecar.config.ConfigFixtures.errors;
import static dev.postern.sidecar.config.ConfigFixtures.minimal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.sidecar.config.StoreConfig.ConjurAuth;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A store of type conjur in the config. */
final class ConjurStoreConfigTest {
  private static final String FULL =
      "{type: conjur, url: https://conjur.example.com/api/, account: acme, auth: {method: api-key,"
          + " login: host/postern/rotator, api-key-file: conjur.key}, ca: conjur-ca.pem,"
          + " pending-suffix: /pending, flag-suffix: /compromised, timeout: 5s}";
  private static final String SHORTEST =
      "{type: conjur, url: https://conjur.example.com, account: acme, auth: {method: jwt,"
          + " service-id: kubernetes, jwt-file: /var/run/secrets/conjur/token}}";
  private static final String FROM_ENVIRONMENT =
      "{type: conjur, url: https://conjur.example.com, account: acme, auth: {method: api-key,"
          + " login: host/postern/reader, api-key-env: POSTERN_CONJUR_KEY}}";

  private static String with(String store) {
    return changed(minimal(), "{type: local, file: store.age, identity: identity.txt}", store);
  }

  @Test
  void everySettingIsRead() {
    StoreConfig.Conjur expected =
        new StoreConfig.Conjur(
            URI.create("https://conjur.example.com/api"),
            "acme",
            new ConjurAuth.ApiKeyFile("host/postern/rotator", FOLDER.resolve("conjur.key")),
            Optional.of(FOLDER.resolve("conjur-ca.pem")),
            Optional.of("/pending"),
            Optional.of("/compromised"),
            Duration.ofSeconds(5));

    assertThat(config(with(FULL)).stores()).containsEntry("box", expected);
    assertThat(expected.writable()).isTrue();
  }

  @Test
  void whatIsLeftOutHasADefault() {
    assertThat(config(with(SHORTEST)).stores())
        .containsEntry(
            "box",
            new StoreConfig.Conjur(
                URI.create("https://conjur.example.com"),
                "acme",
                new ConjurAuth.Jwt("kubernetes", Path.of("/var/run/secrets/conjur/token")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(10)));
  }

  @Test
  void keyMayComeFromTheEnvironment() {
    assertThat(config(with(FROM_ENVIRONMENT)).stores().get("box"))
        .isInstanceOfSatisfying(
            StoreConfig.Conjur.class,
            conjur ->
                assertThat(conjur.auth())
                    .isEqualTo(
                        new ConjurAuth.ApiKeyEnv("host/postern/reader", "POSTERN_CONJUR_KEY")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pending-suffix: | pendingsuffix: | stores.box: unknown key 'pendingsuffix'; did you mean"
            + " 'pending-suffix'?",
        "https:// | http:// | stores.box.url: http would send keys in the clear; use https (http"
            + " only to loopback)",
        "https://conjur.example.com | http://127.0.0.1 | stores.box.url: expected a URL that begins"
            + " with https://, found a text",
        "' account: acme,' | '' | stores.box: 'account' is missing",
        "method: api-key | method: apikey | stores.box.auth.method: expected api-key or jwt, found"
            + " 'apikey'; did you mean 'api-key'?",
        "method: api-key | method: jwt | stores.box.auth: unknown key 'login'",
        "login: host/postern/rotator, | '' | stores.box.auth: 'login' is missing",
        "', api-key-file: conjur.key' | '' | stores.box.auth: 'api-key-file' is missing; name the"
            + " file with the API key, or its 'api-key-env'",
        "api-key-file: conjur.key | 'api-key-file: a, api-key-env: B' | stores.box.auth:"
            + " 'api-key-file' and 'api-key-env' exclude each other; keep one of them",
        "api-key-file: conjur.key | 'api-key-env: 1 canary' | stores.box.auth.api-key-env: expected"
            + " the name of an environment variable such as CONJUR_API_KEY, found a text",
        "flag-suffix: /compromised | flag-suffix: /pending | stores.box.flag-suffix: the flag needs"
            + " another variable than the successor; use another suffix",
        "timeout: 5s | timeout: 5m | stores.box.timeout: expected a duration from 100ms to 60s,"
            + " found '5m'",
      })
  void whatIsWrongIsNamed(String from, String to, String error) {
    assertThat(errors(with(changed(FULL, from, to))))
        .anySatisfy(found -> assertThat(found).startsWith("3:").endsWith("error: " + error))
        .noneSatisfy(found -> assertThat(found).contains("canary"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "conjur.example.com | conjur.example.org",
        "acme | other",
        "host/postern/rotator | host/postern/other",
        "conjur.key | other.key",
        "conjur-ca.pem | other.pem",
        "/pending | /next",
        "/compromised | /leaked",
        "timeout: 5s | timeout: 6s",
        "api-key-file | api-key-env",
      })
  void everySettingChangesTheDigest(String from, String to) {
    String named = FULL.replace("conjur.key", from.equals("api-key-file") ? "KEY" : "conjur.key");

    assertThat(config(with(changed(named, from, to))).digest())
        .isNotEqualTo(config(with(named)).digest());
  }
}
