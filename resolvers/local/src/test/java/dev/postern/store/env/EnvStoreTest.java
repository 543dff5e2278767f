package dev.postern.store.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EnvStoreTest {
  private static final String SECRET = "canary-93c1-of-the-environment";

  @Test
  void doubleUnderscoreSeparatesTheFieldFromThePath() {
    try (SecretStore store =
            open(Map.of("MAIL__API_KEY", SECRET, "MAIL__LOGIN", "me", "MAIL_OTHER", "no"));
        StoredSecret read = store.readCurrent(new SecretPath("MAIL"))) {
      assertThat(read.fields().names()).containsExactly("api_key", "login");
      assertThat(read.fields().field("api_key").orElseThrow().exposeUtf8()).isEqualTo(SECRET);
    }
  }

  @Test
  void variableNamedLikeThePathIsTheFieldValue() {
    try (SecretStore store = open(Map.of("MAIL_KEY", SECRET));
        StoredSecret read = store.readCurrent(new SecretPath("MAIL_KEY"))) {
      assertThat(read.fields().names()).containsExactly("value");
      assertThat(read.fields().field("value").orElseThrow().exposeUtf8()).isEqualTo(SECRET);
    }
  }

  @Test
  void missingVariableNamesWhatToSet() {
    try (SecretStore store = open(Map.of("MAIL__", SECRET))) {
      assertThatExceptionOfType(StoreException.NotFound.class)
          .isThrownBy(() -> store.head(new SecretPath("MAIL")))
          .withMessageContaining("MAIL__FIELD");
    }
  }

  @Test
  void laterChangeOfTheMapIsNotSeen() {
    Map<String, String> environment = new HashMap<>(Map.of("MAIL_KEY", SECRET));
    try (SecretStore store = open(environment)) {
      environment.clear();
      assertThat(store.head(new SecretPath("MAIL_KEY")).current().id()).isEqualTo("1");
    }
  }

  @Test
  void valueTheLocaleCouldNotDecodeIsMalformedAndNotShown() {
    try (SecretStore store = open(Map.of("MAIL__API_KEY", SECRET + "\uFFFD"))) {
      assertThatExceptionOfType(StoreException.Malformed.class)
          .isThrownBy(() -> store.readCurrent(new SecretPath("MAIL")))
          .withMessageContaining("api_key")
          .withMessageContaining("LC_ALL")
          .withMessageNotContaining(SECRET);
    }
  }

  @Test
  void configPrintsNoValue() {
    assertThat(new EnvConfig("env", Map.of("MAIL_KEY", SECRET)).toString()).doesNotContain(SECRET);
  }

  private static SecretStore open(Map<String, String> environment) {
    return EnvStoreFactory.open(new EnvConfig("env", environment));
  }
}
