package dev.postern.sidecar.templates;

import static dev.postern.sidecar.templates.TemplateFixtures.custom;
import static dev.postern.sidecar.templates.TemplateFixtures.key;
import static dev.postern.sidecar.templates.TemplateFixtures.subject;
import static dev.postern.sidecar.templates.TemplateFixtures.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.SecretBytes;
import dev.postern.SecretFields;
import dev.postern.SecretKind;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Templates of the user's own. */
final class FileTemplateTest {

  @Test
  void fieldsAttributesAndTheSecretsOwnNamesAreFilledIn() {
    assertThat(
            custom(
                "{{name}} {{kind}} {{version}} {{domain}} {{api_key}}{{! a remark }}\n",
                Quoting.NONE,
                key("<&'>\"")))
        .isEqualTo("some-secret mailgun-sending-key 7 mg.example.com <&'>\"\n");
  }

  @Test
  void twoBracesQuoteAndThreeDoNot() {
    assertThat(custom("{{api_key}} {{{api_key}}} {{&api_key}}", Quoting.JSON, key("a\"b")))
        .isEqualTo("a\\\"b a\"b a\"b");
  }

  @Test
  void sectionsAreWrittenForWhatIsThere() {
    assertThat(
            custom(
                "{{#domain}}d={{domain}}{{/domain}}{{^domain}}none{{/domain}}",
                Quoting.NONE,
                key("x")))
        .isEqualTo("d=mg.example.com");
  }

  @Test
  void nameThatTheSecretHasNotIsAnErrorWhereverItStands() {
    assertThatThrownBy(() -> custom("{{^domain}}{{pasword}}{{/domain}}", Quoting.NONE, key("x")))
        .isInstanceOf(TemplateException.class)
        .hasMessage("the template asks for 'pasword', which this secret has not");
  }

  @Test
  void wholeContextAndJavasOwnMembersAreOutOfReach() {
    for (String name : new String[] {".", "this", "entrySet", "class", "api_key.length"}) {
      assertThatThrownBy(() -> custom("{{" + name + "}}", Quoting.NONE, key("x")))
          .as(name)
          .isInstanceOf(TemplateException.class);
    }
  }

  @Test
  void valueThatIsNoTextIsRefusedAndNotShown() {
    Subject binary =
        new Subject(
            key("x").name(),
            SecretKind.STATIC,
            key("x").version(),
            Map.of(),
            SecretFields.takeOwnershipOf(
                Map.of("blob", SecretBytes.copyOf(new byte[] {'a', (byte) 0xff, 'b'}))));

    assertThatThrownBy(() -> custom("{{blob}}", Quoting.NONE, binary))
        .hasMessage("field blob is not UTF-8 text: only a file without a template can hold it");
  }

  @Test
  void errorShowsNothingOfTheTemplate() {
    assertThatThrownBy(() -> FileTemplate.parse("{{#canary-of-the-template}}", Quoting.NONE))
        .isInstanceOf(TemplateException.class)
        .hasMessageNotContaining("canary")
        .hasNoCause();
    assertThatThrownBy(() -> FileTemplate.parse("{{}}", Quoting.NONE))
        .isInstanceOf(TemplateException.class);
  }

  @Test
  void largeValuesOfAllLengthsOfCharactersAreWrittenWhole() {
    String value = "a\u00e9\u20ac\ud83d\ude00".repeat(5000);

    assertThat(custom("{{v}}", Quoting.NONE, subject(SecretKind.STATIC, Map.of(), "v", value)))
        .isEqualTo(value);
  }

  @Test
  void rawContentIsTheValueByteForByte() {
    try (SecretBytes value = SecretBytes.ofUtf8("a\nb ")) {
      assertThat(text(Rendered.raw(value))).isEqualTo("a\nb ");
    }
  }

  @Test
  void nothingThatHoldsAValuePrintsIt() {
    try (SecretBytes value = SecretBytes.ofUtf8("canary");
        SecretText text = SecretText.of("v", value);
        Rendered rendered = Rendered.raw(value)) {
      assertThat(text + " " + text.subSequence(0, 3) + " " + rendered).doesNotContain("can");
    }
  }
}
