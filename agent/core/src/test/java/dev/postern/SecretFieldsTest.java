package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SecretFieldsTest {

  private static SecretFields fields(Map<String, String> plain) {
    Map<String, SecretBytes> values = new HashMap<>();
    plain.forEach((name, value) -> values.put(name, SecretBytes.ofUtf8(value)));
    return SecretFields.takeOwnershipOf(values);
  }

  private static String reveal(SecretFields fields, String name) {
    return fields.field(name).orElseThrow().exposeUtf8();
  }

  @Test
  void namesAreSortedAndCannotBeChanged() {
    try (SecretFields fields = fields(Map.of("password", "p", "login", "l"))) {
      assertThat(fields.names()).containsExactly("login", "password");
      assertThat(fields.field("token")).isEmpty();
      assertThatThrownBy(() -> fields.names().remove("login"))
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Test
  void closingWipesEveryValue() {
    SecretFields fields = fields(Map.of("password", "p", "login", "l"));
    fields.close();
    fields.close();

    for (String name : fields.names()) {
      assertThatThrownBy(() -> reveal(fields, name)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void copyLivesOnWhenTheOriginalIsWiped() {
    SecretFields fields = fields(Map.of("password", "p", "login", "l"));
    try (SecretFields copy = fields.copy();
        SecretFields part = fields.copy("login"::equals)) {
      fields.close();
      assertThat(reveal(copy, "password")).isEqualTo("p");
      assertThat(part.names()).containsExactly("login");
      assertThat(reveal(part, "login")).isEqualTo("l");
    }
  }

  @Test
  void mapThatWasHandedInDoesNotChangeTheFields() {
    Map<String, SecretBytes> values = new HashMap<>();
    values.put("a", SecretBytes.ofUtf8("1"));
    try (SecretFields fields = SecretFields.takeOwnershipOf(values)) {
      values.clear();
      assertThat(reveal(fields, "a")).isEqualTo("1");
    }
  }

  @Test
  void fieldsAreTheSameByNamesAndValues() {
    try (SecretFields one = fields(Map.of("a", "1", "b", "2"));
        SecretFields twin = fields(Map.of("b", "2", "a", "1"));
        SecretFields otherValue = fields(Map.of("a", "1", "b", "3"));
        SecretFields fewer = fields(Map.of("a", "1"));
        SecretFields otherName = fields(Map.of("a", "1", "c", "2"))) {
      assertThat(one.sameAs(twin)).isTrue();
      assertThat(one.sameAs(otherValue)).isFalse();
      assertThat(one.sameAs(fewer)).isFalse();
      assertThat(one.sameAs(otherName)).isFalse();
    }
  }

  @Test
  void printingShowsNamesOnly() {
    try (SecretFields fields = fields(Map.of("api_key", "key-1234"))) {
      assertThat(fields.toString()).isEqualTo("SecretFields[api_key]");
    }
  }
}
