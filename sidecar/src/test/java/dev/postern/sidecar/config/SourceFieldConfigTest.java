package dev.postern.sidecar.config;

import static dev.postern.sidecar.config.ConfigFixtures.changed;
import static dev.postern.sidecar.config.ConfigFixtures.config;
import static dev.postern.sidecar.config.ConfigFixtures.errors;
import static dev.postern.sidecar.config.ConfigFixtures.full;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.SecretName;
import dev.postern.store.SecretPath;
import dev.postern.store.SourceStore;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SourceFieldConfigTest {
  @Test
  void theStoresNameOfAFieldStandsForTheKindsSecretField() {
    String named = changed(full(), "path: mail/sending}", "path: mail/sending, field: MG_KEY}");
    assertThat(secret(named, "sending-key").renamed())
        .contains(new SourceStore.Renamed(new SecretPath("mail/sending"), "api_key", "MG_KEY"));
    String login = changed(full(), "path: test/smtp}", "path: test/smtp, field: smtp.pass}");
    assertThat(secret(login, "smtp-login").renamed())
        .contains(new SourceStore.Renamed(new SecretPath("test/smtp"), "password", "smtp.pass"));
    assertThat(secret(full(), "sending-key").renamed()).isEmpty();
  }

  @Test
  void aStaticSecretHasNoFieldToName() {
    assertThat(errors(changed(full(), "path: MAIL_BANNER}", "path: MAIL_BANNER, field: text}")))
        .containsExactly(
            "48:13: error: secrets.banner.source: a static secret is served with all its fields;"
                + " remove 'field' from 'source'");
  }

  @Test
  void twoRotatedSecretsAtOnePathAreRefusedAlsoWithDifferentFields() {
    assertThat(errors(changed(full(), "path: test/smtp}", "path: mail/sending, field: other}")))
        .singleElement()
        .asString()
        .contains("secret 'sending-key' has the same source");
  }

  private static SecretConfig secret(String yaml, String name) {
    return Objects.requireNonNull(config(yaml).secrets().get(new SecretName(name)));
  }
}
