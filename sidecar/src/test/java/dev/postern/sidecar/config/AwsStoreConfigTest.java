package dev.postern.sidecar.config;

import static dev.postern.sidecar.config.ConfigFixtures.changed;
import static dev.postern.sidecar.config.ConfigFixtures.config;
import static dev.postern.sidecar.config.ConfigFixtures.errors;
import static dev.postern.sidecar.config.ConfigFixtures.minimal;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stores of the type {@code aws} in a config, good and bad. */
final class AwsStoreConfigTest {

  @Test
  void everythingMayBeLeftToTheEnvironment() {
    assertThat(store("{type: aws}"))
        .isEqualTo(
            new StoreConfig.Aws(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                false,
                Duration.ofSeconds(10)));
  }

  @Test
  void everythingMayBeSaid() {
    String role = "{arn: 'arn:aws:iam::123456789012:role/mail/postern', external-id: ours-4711}";
    assertThat(
            store(
                "{type: aws, region: us-gov-west-1, profile: mail, fips: true, dual-stack: true,"
                    + " timeout: 3s, role: "
                    + role
                    + "}"))
        .isEqualTo(
            new StoreConfig.Aws(
                Optional.of("us-gov-west-1"),
                Optional.of("mail"),
                Optional.empty(),
                Optional.of(
                    new StoreConfig.AwsRole(
                        "arn:aws:iam::123456789012:role/mail/postern", Optional.of("ours-4711"))),
                true,
                true,
                Duration.ofSeconds(3)));
  }

  @Test
  void endpointIsAnUrlOfOnesOwn() {
    StoreConfig.Aws aws =
        (StoreConfig.Aws) store("{type: aws, endpoint: 'https://secrets.internal:8443/'}");
    assertThat(aws.endpoint()).contains(URI.create("https://secrets.internal:8443"));
  }

  @Test
  void changedStoreChangesTheDigest() {
    assertThat(ConfigDigest.of(config(with("{type: aws, region: eu-west-1}"))))
        .isNotEqualTo(ConfigDigest.of(config(with("{type: aws, region: eu-west-2}"))));
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{type: asw} | 3:15: error: stores.box.type: expected a store type, found 'asw'; did you"
            + " mean 'aws'?",
        "{type: aws, reigon: eu-west-1} | 3:20: error: stores.box: unknown key 'reigon'; did you"
            + " mean 'region'?",
        "{type: aws, region: Ireland} | 3:28: error: stores.box.region: expected a region such as"
            + " eu-west-1, found 'Ireland'",
        "{type: aws, fips: maybe} | 3:26: error: stores.box.fips: expected true or false, found"
            + " 'maybe'",
        "{type: aws, endpoint: 'http://secrets.internal'} | 3:30: error: stores.box.endpoint: http"
            + " would send keys in the clear; use https (http only to loopback)",
        "{type: aws, endpoint: 'https://a.example', fips: true} | 3:20: error: stores.box:"
            + " 'endpoint' excludes 'fips' and 'dual-stack'; keep one kind",
        "{type: aws, timeout: 5m} | 3:29: error: stores.box.timeout: expected a duration from"
            + " 100ms to 60s, found '5m'",
        "{type: aws, role: {external-id: ours}} | 3:20: error: stores.box.role: 'arn' is missing",
        "{type: aws, role: {arn: admin}} | 3:32: error: stores.box.role.arn: expected a role such"
            + " as arn:aws:iam::123456789012:role/postern, found a text",
        "{type: aws, access-key-id: AKIA} | 3:20: error: stores.box: unknown key 'access-key-id'"
      })
  void everyMistakeHasItsOwnMessage(String store, String message) {
    assertThat(errors(with(store))).containsExactly(message);
  }

  private static StoreConfig store(String text) {
    return Optional.ofNullable(config(with(text)).stores().get("box")).orElseThrow();
  }

  private static String with(String store) {
    return changed(minimal(), "{type: local, file: store.age, identity: identity.txt}", store);
  }
}
