package dev.postern.sidecar.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.postern.sidecar.cli.client.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.NodeList;

class ReportTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"done", "needs-operator", "rolled-back", "running", "hostile", "bare", "watched"})
  void markdownIsAsRecorded(String name) throws IOException {
    assertThat(MarkdownReport.render(rotation(name))).isEqualTo(resource(name + ".md"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"done", "hostile", "watched"})
  void pageIsAsRecorded(String name) throws IOException {
    assertThat(HtmlReport.render(rotation(name))).isEqualTo(resource(name + ".html"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"done", "needs-operator", "rolled-back", "running", "hostile", "bare", "watched"})
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
        .doesNotContain("<script", "<img", "src=\"", "url(")
        .doesNotContainPattern("href=\"(?!https://)");
  }

  /** Names, descriptions and notes as an intruder would choose them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "</td></tr></table><img src=x onerror=alert(1)>",
        "\" onmouseover=\"alert(1)",
        "' style='background:url(//x)'",
        "&lt;b&gt; & &amp;",
        "| a | b |",
        "`code` **bold** _it_ [x](javascript:alert(1)) ![i](http://x)",
        "first\n# second\r\n- [x] third",
        "\u001b[2J\u0000\u0007\u009b",
        "safe\u202Egnp.exe\u2066\u2069\u200F\u2028\u2029\uFEFF",
        "%s %n %1$s {0}"
      })
  void hostileTextStaysText(String hostile) throws Exception {
    String markdown = MarkdownReport.render(RotationView.of(everywhere(hostile)));
    String page = HtmlReport.render(RotationView.of(everywhere(hostile)));

    assertThat(elements(bodyOf(everywhere(hostile))))
        .isEqualTo(elements(bodyOf(everywhere("harmless"))))
        .containsKey("a");
    assertThat(markdown.lines().count())
        .isEqualTo(MarkdownReport.render(RotationView.of(everywhere("harmless"))).lines().count());
    assertThat(markdown).doesNotContainPattern("<(?!https://provider\\.example)");
    assertThat(markdown).doesNotContainPattern("(?<!\\\\)`|(?<!\\\\)\\]\\(");
    for (String document : List.of(page, markdown)) {
      assertThat(document.codePoints().filter(one -> one != '\n').boxed().toList())
          .noneMatch(
              one ->
                  Character.getType(one) == Character.CONTROL
                      || Character.getType(one) == Character.FORMAT
                      || Character.getType(one) == Character.LINE_SEPARATOR
                      || Character.getType(one) == Character.PARAGRAPH_SEPARATOR);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "javascript:alert(1)",
        "http://provider.example/",
        "https://x\" onclick=\"alert(1)",
        "https://x/><script>",
        "https://",
        "data:text/html,x"
      })
  void linkThatIsNoProvidersPageIsShownAsText(String link) throws Exception {
    JsonObject receipt = receipt("watched");
    receipt
        .values()
        .put(
            "tasks",
            List.of(Map.of("task", "ticket", "text", "t", "state", "manual", "link", link)));

    assertThat(elements(bodyOf(receipt))).doesNotContainKey("a");
    assertThat(MarkdownReport.render(RotationView.of(receipt))).doesNotContain("<" + link);
  }

  /** The watched receipt with this text in every place that somebody else may fill. */
  private static JsonObject everywhere(String text) throws IOException {
    String quoted = Matcher.quoteReplacement(JSON.std.asString(text));
    return JsonObject.parse(
        resource("watched.json")
            .replaceAll(
                "\"(reason|requested_by|description|id|source|text|task|consumer|detail|problem"
                    + "|message|obstacle|marked_by|type|step)\":\"[^\"]*\"",
                "\"$1\":" + quoted)
            .replaceAll("\"notes\":\\[\"[^\"]*\"]", "\"notes\":[" + quoted + "]")
            .getBytes(StandardCharsets.UTF_8));
  }

  private static String bodyOf(JsonObject receipt) {
    String page = HtmlReport.render(RotationView.of(receipt));
    return page.substring(page.indexOf("<body>"), page.indexOf("</html>"));
  }

  /** How often each element and attribute occurs. */
  private static Map<String, Integer> elements(String body) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
    NodeList all =
        factory
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)))
            .getElementsByTagName("*");
    Map<String, Integer> counts = new TreeMap<>();
    for (int i = 0; i < all.getLength(); i++) {
      counts.merge(all.item(i).getNodeName(), 1, Integer::sum);
      for (int j = 0; j < all.item(i).getAttributes().getLength(); j++) {
        counts.merge("@" + all.item(i).getAttributes().item(j).getNodeName(), 1, Integer::sum);
      }
    }
    return counts;
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
