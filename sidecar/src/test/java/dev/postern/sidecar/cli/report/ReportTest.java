package dev.postern.sidecar.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.sidecar.cli.client.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportTest {

  @ParameterizedTest
  @ValueSource(strings = {"done", "needs-operator", "rolled-back", "running", "hostile", "bare"})
  void markdownIsAsRecorded(String name) throws IOException {
    assertThat(MarkdownReport.render(rotation(name))).isEqualTo(resource(name + ".md"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"done", "hostile"})
  void pageIsAsRecorded(String name) throws IOException {
    assertThat(HtmlReport.render(rotation(name))).isEqualTo(resource(name + ".html"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"done", "needs-operator", "rolled-back", "running", "hostile", "bare"})
  void pageIsWellFormedAndLoadsNothing(String name) throws Exception {
    String page = HtmlReport.render(rotation(name));
    String body = page.substring(page.indexOf("<body>"), page.indexOf("</html>"));
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);

    assertThat(
            factory
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)))
                .getElementsByTagName("script")
                .getLength())
        .isZero();
    assertThat(page)
        .contains("default-src 'none'")
        .doesNotContain("<script", "<img", "src=\"", "href=");
  }

  @Test
  void deletionAloneIsNotCalledDeath() throws IOException {
    JsonObject unproven = receipt("done");
    unproven.values().remove("probes");

    assertThat(MarkdownReport.render(RotationView.of(unproven)))
        .contains("is revoked, not proven dead")
        .contains("the receipt holds no proof of its death");
  }

  @Test
  void refusalWithoutAControlProvesNothing() {
    assertThat(new RotationView.Probe(java.util.Optional.empty(), "refused", "refused").proves())
        .isFalse();
    assertThat(new RotationView.Probe(java.util.Optional.empty(), "refused", "accepted").proves())
        .isTrue();
  }

  private static RotationView rotation(String name) throws IOException {
    return RotationView.of(receipt(name));
  }

  private static JsonObject receipt(String name) throws IOException {
    return JsonObject.parse(resource(name + ".json").getBytes(StandardCharsets.UTF_8));
  }

  private static String resource(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ReportTest.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
