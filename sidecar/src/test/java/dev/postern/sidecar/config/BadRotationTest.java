package dev.postern.sidecar.config;

import static dev.postern.sidecar.config.ConfigFixtures.changed;
import static dev.postern.sidecar.config.ConfigFixtures.config;
import static dev.postern.sidecar.config.ConfigFixtures.errors;
import static dev.postern.sidecar.config.ConfigFixtures.full;
import static dev.postern.sidecar.config.ConfigFixtures.warnings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.SecretName;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What each mistake under {@code rotation} is answered with, to the letter. */
final class BadRotationTest {
  private static final String TWO = "[app-a@test.example.com, app-b@test.example.com]";
  private static final String LOGINS = "      logins: " + TWO + "\n";
  private static final String STRATEGY = "strategy: alternating ";
  private static final String ROTATION = "(?s)    rotation:\n.*?without-successor: revoke\n";
  private static final String SENDING_ROTATION =
      "    rotation: {max-age: 30d, deadline: 60s, grace: 10m, order: overlap,"
          + " without-successor: keep}\n";
  private static final String NAME_THEM =
      "name the two logins to alternate between (rotation: {logins: [...]}), or set strategy:"
          + " in-place";

  @ParameterizedTest(name = "{1}")
  @MethodSource({"logins", "windows", "watches", "concurrencies", "kinds"})
  void everyMistakeHasItsOwnMessage(String yaml, String message) {
    assertThat(errors(yaml)).containsExactly(message);
  }

  static Stream<Arguments> logins() {
    return Stream.of(
        bad(
            full().replaceAll(ROTATION, ""),
            "33:3: error: secrets.smtp-login: 'rotation' is missing; " + NAME_THEM),
        bad(
            changed(full(), LOGINS, ""),
            "38:5: error: secrets.smtp-login.rotation: 'logins' is missing; " + NAME_THEM),
        bad(
            changed(full(), TWO, "[app-a@test.example.com]"),
            "40:15: error: secrets.smtp-login.rotation.logins: expected two different logins,"
                + " found 1"),
        bad(
            changed(full(), "app-b@test", "app-a@test"),
            "40:15: error: secrets.smtp-login.rotation.logins: expected two different logins,"
                + " found 2 that are the same"),
        bad(
            changed(full(), "app-b@test.example.com", "app-b@other.example.com"),
            "40:15: error: secrets.smtp-login.rotation.logins: both logins must be of this secret's"
                + " domain test.example.com"),
        bad(
            changed(full(), "app-b@test.example.com", "app-b"),
            "40:40: error: secrets.smtp-login.rotation.logins[1]: expected a login such as"
                + " app-a@mg.example.com, found a text"),
        bad(
            changed(full(), TWO, "app-a@test.example.com"),
            "40:15: error: secrets.smtp-login.rotation.logins: expected a list, found a text"),
        bad(
            changed(full(), TWO, "[{a: b}]"),
            "40:16: error: secrets.smtp-login.rotation.logins[0]: expected a single value, found a"
                + " mapping"),
        bad(
            changed(full(), STRATEGY, "strategy: in-place "),
            "40:7: error: secrets.smtp-login.rotation: strategy in-place takes no logins; remove"
                + " them, or the strategy"),
        bad(
            changed(full(), STRATEGY, "strategy: alternate "),
            "39:17: error: secrets.smtp-login.rotation.strategy: expected alternating or in-place,"
                + " found 'alternate'; did you mean 'alternating'?"),
        bad(
            changed(full(), "    smtp: {host: 127.0.0.1, port: 2525, ca: smtp-ca.pem}\n", ""),
            "35:13: error: secrets.smtp-login.issuer: this issuer has no SMTP server to test a"
                + " login at; add smtp: {host, port} to it"));
  }

  static Stream<Arguments> windows() {
    return Stream.of(
        bad(
            changed(full(), "\"0 2 * * 1-5\"", "\"0 2 * *\""),
            "42:22: error: secrets.smtp-login.rotation.window.cron: expected five fields of unix"
                + " cron (minute, hour, day, month, weekday) such as \"0 2 * * 1-5\", found '0 2 *"
                + " *'"),
        bad(
            changed(full(), "\"0 2 * * 1-5\"", "\"0 2 31 2 *\""),
            "42:22: error: secrets.smtp-login.rotation.window.cron: this time never comes; check"
                + " the day and the month"),
        bad(
            changed(full(), "for: 3h, ", ""),
            "42:7: error: secrets.smtp-login.rotation.window: 'for' is missing"),
        bad(
            changed(full(), "zone: Europe/Berlin", "zone: Europe/Berlni"),
            "42:52: error: secrets.smtp-login.rotation.window.zone: expected a time zone such as"
                + " Europe/Berlin or UTC, found 'Europe/Berlni'; did you mean 'Europe/Berlin'?"),
        bad(
            changed(full(), "      window: {", "      windows: {"),
            "42:7: error: secrets.smtp-login.rotation: unknown key 'windows'; did you mean"
                + " 'window'?"));
  }

  static Stream<Arguments> watches() {
    return Stream.of(
        bad(
            watch("31d"),
            "29:23: error: secrets.sending-key.rotation.watch: expected a duration from 0s to 30d,"
                + " found '31d'"),
        bad(
            watch("15"),
            "29:23: error: secrets.sending-key.rotation.watch: expected a duration with its unit,"
                + " found number 15; write 60s, 5m, 2h, 30d or 1500ms"),
        bad(
            watch("-1m"),
            "29:23: error: secrets.sending-key.rotation.watch: expected a duration such as 1500ms,"
                + " 60s, 5m, 2h or 30d, found '-1m'"),
        bad(
            watch("[15m]"),
            "29:23: error: secrets.sending-key.rotation.watch: expected a single value, found a"
                + " list"),
        bad(
            changed(full(), "{max-age: 30d, ", "{wacth: 15m, max-age: 30d, "),
            "29:16: error: secrets.sending-key.rotation: unknown key 'wacth'; did you mean"
                + " 'watch'?"));
  }

  private static String watch(String value) {
    return changed(full(), "{max-age: 30d, ", "{watch: " + value + ", max-age: 30d, ");
  }

  static Stream<Arguments> concurrencies() {
    return Stream.of(
        bad(
            concurrency("0"),
            "63:26: error: rotations.concurrency: expected a whole number from 1 to 256, found"
                + " number 0"),
        bad(
            concurrency("257"),
            "63:26: error: rotations.concurrency: expected a whole number from 1 to 256, found"
                + " number 257"),
        bad(
            concurrency("many"),
            "63:26: error: rotations.concurrency: expected a whole number from 1 to 256, found"
                + " 'many'"),
        bad(
            changed(full(), "concurrency: 8", "concurency: 8"),
            "63:13: error: rotations: unknown key 'concurency'; did you mean 'concurrency'?"));
  }

  private static String concurrency(String value) {
    return changed(full(), "concurrency: 8", "concurrency: " + value);
  }

  static Stream<Arguments> kinds() {
    return Stream.of(
        bad(
            changed(full(), "{max-age: 30d, ", "{strategy: in-place, max-age: 30d, "),
            "29:16: error: secrets.sending-key.rotation: 'strategy' is for a mailgun-smtp, and this"
                + " is a mailgun-sending-key"),
        bad(
            changed(
                changed(full(), "    domain: mg.example.com\n", ""),
                "mailgun-sending-key",
                "mailgun-account-key" + "\n    domain: mg.example.com"),
            "24:5: error: secrets.sending-key: a mailgun-account-key is for the whole account;"
                + " remove 'domain'"),
        bad(
            changed(
                    changed(full(), "    domain: mg.example.com\n", ""),
                    "mailgun-sending-key",
                    "mailgun-account-key")
                .replace("path: mail/sending", "path: mail/mailgun-admin")
                .replace("order: overlap", "order: revoke-first"),
            "28:15: error: secrets.sending-key.rotation: this is the issuer's own admin key, with"
                + " which its successor is made, so it cannot be revoked first; remove 'order'"));
  }

  @Test
  void aReplacementInPlaceIsAllowedAndWarnedOf() {
    String yaml = changed(changed(full(), LOGINS, ""), STRATEGY, "strategy: in-place ");

    assertThat(warnings(yaml))
        .containsExactly(
            "39:17: warning: secrets.smtp-login.rotation.strategy: in-place: each rotation lets"
                + " sends fail for a moment; two logins that alternate avoid it");
    assertThat(
            Objects.requireNonNull(config(yaml).secrets().get(new SecretName("smtp-login")))
                .rotation()
                .logins())
        .isEmpty();
  }

  @Test
  void aLoginThatIsOnlyServedNeedsNoStrategy() {
    assertThat(warnings(changed(full(), "    issuer: stand-in\n", "").replaceAll(ROTATION, "")))
        .containsExactly(
            "33:3: warning: secrets.smtp-login: without 'issuer' this secret is served and never"
                + " rotated");
  }

  @Test
  void aWebhookSigningKeyIsAlwaysRevokedFirstAndOnlyTheOppositeIsWarnedOf() {
    String yaml =
        changed(
                changed(full(), "    domain: mg.example.com\n", ""),
                "    rotation: {max",
                "    rotation: {max")
            .replace("mailgun-sending-key", "mailgun-webhook-signing-key");

    assertThat(warnings(yaml))
        .containsExactly(
            "28:64: warning: secrets.sending-key.rotation.order: a mailgun-webhook-signing-key is"
                + " always revoked first: the provider has only one at a time");
    assertThat(warnings(changed(yaml, "order: overlap", "order: revoke-first"))).isEmpty();
    assertThat(warnings(changed(yaml, SENDING_ROTATION, ""))).isEmpty();
  }

  @Test
  void aWindowWithoutAMaximumAgeIsAWarning() {
    assertThat(warnings(changed(full(), "      max-age: 60d\n", "")))
        .containsExactly(
            "38:5: warning: secrets.smtp-login.rotation: 'window' is for scheduled rotations, and"
                + " without 'max-age' there are none");
  }

  @Test
  void theZoneOfAWindowIsUtcUnlessNamed() {
    assertThat(
            Objects.requireNonNull(
                    config(changed(full(), ", zone: Europe/Berlin", ""))
                        .secrets()
                        .get(new SecretName("smtp-login")))
                .rotation()
                .window()
                .map(WindowConfig::zone))
        .contains(ZoneOffset.UTC);
  }

  private static Arguments bad(String yaml, String message) {
    return Arguments.of(yaml, message);
  }
}
