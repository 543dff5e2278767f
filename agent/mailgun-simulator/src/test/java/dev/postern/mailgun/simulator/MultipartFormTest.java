package dev.postern.mailgun.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class MultipartFormTest {
  private static final String TYPE = "multipart/form-data; boundary=b";
  private static final String GOOD =
      """
      --b
      Content-Disposition: form-data; name="a"

      one
      --b
      content-disposition: form-data; name="a"
      Content-Type: text/plain


      --b--
      """
          .replace("\n", "\r\n");

  @Test
  void fieldsAreReadInOrder() throws Refusal {
    assertThat(read(TYPE, GOOD).all("a")).containsExactly("one", "");
    assertThat(read("multipart/form-data; boundary=\"b\"", GOOD).all("a")).hasSize(2);
    assertThat(read(TYPE, "--b--").isEmpty()).isTrue();
  }

  @Test
  void aValueKeepsItsLineEndsAndItsUtf8() throws Refusal {
    String body = GOOD.replace("one", "line\r\n--c\r\nä€");

    assertThat(read(TYPE, body).first("a")).hasValue("line\r\n--c\r\nä€");
  }

  @Test
  void aFileIsPassedOver() throws Refusal {
    String body = GOOD.replace("name=\"a\"\r\n\r\none", "name=\"f\"; filename=\"x\"\r\n\r\none");

    assertThat(read(TYPE, body).names()).containsExactly("a");
  }

  @Test
  void whatIsNotWellFormedIsRefused() {
    refused("multipart/form-data", GOOD);
    refused("multipart/form-data; boundary=other", GOOD);
    refused(TYPE, GOOD.replace("\r\n", "\n"));
    refused(TYPE, GOOD.replace("--b--\r\n", ""));
    refused(TYPE, GOOD.replace("--b--\r\n", "--b"));
    refused(TYPE, GOOD + "more");
    refused(TYPE, GOOD.replace("name=", "nome="));
    refused(TYPE, GOOD.replace("form-data; name", "attachment; name"));
    refused(TYPE, "preamble\r\n" + GOOD);
  }

  private static Form read(String type, String body) throws Refusal {
    return MultipartForm.read(type, body.getBytes(StandardCharsets.UTF_8));
  }

  private static void refused(String type, String body) {
    assertThatThrownBy(() -> read(type, body))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.answer().status()).isEqualTo(400));
  }
}
