package dev.postern.store.fields;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.store.SecretPath;
import dev.postern.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldTextTest {
  private static final SecretPath PATH = new SecretPath("mail/sending");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "key-of-no-account",
        " spaces stay \n",
        "",
        "\"quoted\"",
        "[1]",
        "ключ 🔑",
        "{begins like JSON",
        " \t{\"api_key\":\"no field of its own\"}"
      })
  void aPlainValueComesBackByteForByte(String value) {
    assertThat(values(read(written(Map.of("value", value)))))
        .containsExactlyEntriesOf(Map.of("value", value));
  }

  @Test
  void aPlainValueIsWrittenAsItIs() {
    assertThat(written(Map.of("value", "key-of-no-account"))).isEqualTo("key-of-no-account");
  }

  @Test
  void severalFieldsAreAJsonObjectThatOthersCanRead() {
    assertThat(
            written(Map.of("password", "a\"b\\c\n\u0001é", "login", "postmaster@mg.example.com")))
        .isEqualTo(
            "{\"login\":\"postmaster@mg.example.com\",\"password\":\"a\\\"b\\\\c\\n\\u0001é\"}");
  }

  @Test
  void fieldsComeBackWhateverTheyHold() {
    Map<String, String> fields =
        Map.of("login", "\u0000\u001f\"\\{}", "password", "🔑".repeat(1000), "empty", "");
    assertThat(values(read(written(fields)))).isEqualTo(fields);
  }

  @Test
  void numbersAndBooleansAreTakenAsTheyAreWritten() {
    assertThat(values(read("{\"port\": 5.870e2, \"tls\": true}")))
        .isEqualTo(Map.of("port", "5.870e2", "tls", "true"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"api_key\":\"canary\"",
        "{\"api_key\":\"canary\"} {}",
        "{\"api_key\":\"canary\",\"api_key\":\"canary\"}",
        "{canary}",
        "{\"a\":{\"b\":\"canary\"}}",
        "{\"a\":[\"canary\"]}",
        "{\"canary\":null}"
      })
  void aBrokenOrNestedObjectIsRefusedWithoutAWordOfIt(String text) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(StoreException.Malformed.class)
        .hasMessageContaining("mail/sending")
        .hasNoCause()
        .message()
        .doesNotContain("canary");
  }

  @Test
  void bytesThatAreNoTextAreRefusedInBothDirections() {
    byte[] binary = {'k', (byte) 0xff, 0};
    assertThatThrownBy(() -> FieldText.read(PATH, binary))
        .isInstanceOf(StoreException.Malformed.class)
        .hasMessage("the value for mail/sending is not UTF-8 text: this store keeps texts only");
    for (String name : new String[] {"value", "api_key"}) {
      try (SecretFields fields =
          SecretFields.takeOwnershipOf(Map.of(name, SecretBytes.copyOf(binary)))) {
        assertThatThrownBy(() -> FieldText.write(PATH, fields))
            .isInstanceOf(StoreException.Malformed.class);
      }
    }
  }

  private static String written(Map<String, String> values) {
    Map<String, SecretBytes> fields = new HashMap<>();
    values.forEach((name, value) -> fields.put(name, SecretBytes.ofUtf8(value)));
    try (SecretFields all = SecretFields.takeOwnershipOf(fields)) {
      return new String(FieldText.write(PATH, all), StandardCharsets.UTF_8);
    }
  }

  private static SecretFields read(String text) {
    return FieldText.read(PATH, text.getBytes(StandardCharsets.UTF_8));
  }

  private static Map<String, String> values(SecretFields fields) {
    try (fields) {
      Map<String, String> values = new HashMap<>();
      fields
          .names()
          .forEach(name -> values.put(name, fields.field(name).orElseThrow().exposeUtf8()));
      return values;
    }
  }
}
