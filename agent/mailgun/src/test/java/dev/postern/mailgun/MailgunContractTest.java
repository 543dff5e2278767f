package dev.postern.mailgun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.SimpleRequest;
import com.atlassian.oai.validator.report.ValidationReport;
import com.fasterxml.jackson.jr.ob.JSON;
import dev.postern.SecretFields;
import dev.postern.issuer.AccountActivity;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Holds the requests that really leave against the vendor's OpenAPI. The validator does not look
 * into multipart bodies, so the form's fields are compared with the specification here.
 */
class MailgunContractTest {
  private OpenApiInteractionValidator validator;
  private Map<String, Object> specification;
  private IssuerFixture fixture;

  @BeforeEach
  void readTheSpecification() throws IOException {
    String folder = System.getProperty("postern.contracts", "");
    assumeTrue(
        !folder.isBlank() || Boolean.getBoolean("postern.contracts.required"),
        "skipped: -Dpostern.contracts=<folder> does not name the vendors' API descriptions");
    Path file = Path.of(folder, "mailgun", "openapi.credentials.json");
    assertThat(file).as("the vendor's description in the folder postern.contracts").exists();
    String text = Files.readString(file);
    validator = OpenApiInteractionValidator.createForInlineApiSpecification(text).build();
    specification = JSON.std.mapFrom(text);
    fixture = new IssuerFixture();
  }

  @AfterEach
  void close() throws IOException {
    if (fixture != null) {
      fixture.close();
    }
  }

  @Test
  void makingListingCheckingAndDeletingAreValid() {
    fixture.then(
        Keys.created(), Keys.listed(), Keys.listed(), Keys.listed(), Answer.message(200, "gone"));
    int before = fixture.server.requests().size();

    fixture.issuer().issue(Keys.SENDING, Keys.TAG, Keys.OLD).close();
    assertThat(fixture.issuer().live(Keys.SENDING)).isEmpty();
    assertThat(fixture.issuer().live(Keys.ACCOUNT)).isEmpty();
    fixture.issuer().check();
    fixture.issuer().revoke(Keys.SENDING, Keys.KEY_ID);

    List<RecordedRequest> sent =
        fixture.server.requests().subList(before, fixture.server.requests().size());
    assertThat(sent).hasSize(5);
    assertThat(sent).allSatisfy(request -> assertThat(complaints(request)).isEmpty());
  }

  @Test
  void whatIsAskedAboutLoginsTheSigningKeyAndTheAccountIsValid() {
    Answer changed = Answer.message(200, "changed");
    Answer key = Answer.json(200, "{\"http_signing_key\":\"key-1\"}");
    fixture.then(
        Answer.message(404, "Credentials not found"),
        changed,
        changed,
        Answer.json(200, "{\"items\":[]}"),
        key,
        key,
        Answer.json(200, "{\"items\":[],\"pagination\":{}}"),
        Keys.listed(),
        Keys.listed(),
        Keys.listed(),
        Answer.json(200, "{\"items\":[]}"),
        Answer.json(200, "{\"addresses\":[]}"),
        Answer.json(200, "{\"users\":[]}"));

    try (SecretFields fields = Logins.fields(Logins.A, Logins.CANARY_PASSWORD)) {
      fixture.issuer().activate(Logins.IN_PLACE, fields);
    }
    fixture.issuer().revoke(Logins.IN_PLACE, Logins.A);
    assertThat(fixture.issuer().live(Logins.IN_PLACE)).isEmpty();
    fixture.issuer().revoke(WebhookSigningKeyTest.SCOPE, WebhookSigningKey.ID);
    fixture.issuer().issue(WebhookSigningKeyTest.SCOPE, Keys.TAG, Keys.OLD).close();
    AccountActivity activity = fixture.issuer().activity();
    assertThat(activity.uses(Keys.SENDING, "id", IssuerFixture.NOW, IssuerFixture.NOW)).isEmpty();
    assertThat(activity.entries(Keys.SENDING)).isEmpty();
    assertThat(activity.users()).isEmpty();

    assertThat(fixture.server.requests()).hasSize(13);
    assertThat(fixture.server.requests())
        .allSatisfy(request -> assertThat(complaints(request)).isEmpty());
  }

  @Test
  void theFormHasOnlyFieldsAndValuesOfTheSpecification() {
    fixture.then(Keys.created());
    fixture.use(
        MailgunConfig.of("mailgun", fixture.server.uri()).withKeyLifetime(Duration.ofDays(2)));

    fixture.issuer().issue(Keys.SENDING, Keys.TAG, Keys.OLD).close();

    Map<String, String> form = fixture.server.requests().getLast().formFields();
    Map<?, ?> schema =
        member(
            member(specification, "components", "schemas"),
            "POST-v1-keys-multipart-form-data-RequestBody");
    Map<?, ?> properties = member(schema, "properties");
    assertThat(form.keySet()).containsAll(list(schema, "required"));
    assertThat(form)
        .hasSize(5)
        .allSatisfy(
            (name, value) -> {
              Map<?, ?> property = member(properties, name);
              if (property.containsKey("enum")) {
                assertThat(list(property, "enum")).contains(value);
              }
              if ("integer".equals(property.get("type"))) {
                assertThat(Long.parseLong(value)).isPositive();
              }
            });
  }

  /**
   * On purpose: it must not be a message. The vendor's file names multipart only, while the
   * vendor's own Go client sends urlencoded forms.
   */
  @Test
  void theProbeIsInvalidOnlyForItsMissingBodyAndItsContentType() {
    fixture.then(Answer.message(400, "from parameter is missing"));
    try (SecretFields fields = Keys.fields(Keys.CANARY_OLD_KEY)) {
      fixture.issuer().probe(Keys.SENDING, fields);
    }

    assertThat(complaints(fixture.server.requests().getLast()))
        .containsExactlyInAnyOrder(
            "validation.request.body.missing", "validation.request.contentType.notAllowed");
  }

  @Test
  void theValidatorDoesComplain() {
    assertThat(
            complaints(
                new RecordedRequest(
                    "GET", "/v1/keys?kind=everything", Map.of("authorization", "Basic eA=="), "")))
        .containsExactly("validation.request.parameter.schema.enum");
  }

  private List<String> complaints(RecordedRequest request) {
    URI uri = URI.create(request.target());
    SimpleRequest.Builder built = new SimpleRequest.Builder(request.method(), uri.getPath());
    request.headers().forEach((name, value) -> built.withHeader(name, value));
    if (uri.getRawQuery() != null) {
      for (String pair : uri.getRawQuery().split("&", -1)) {
        String[] parts = pair.split("=", 2);
        built.withQueryParam(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
      }
    }
    if (!request.body().isEmpty()) {
      built.withBody(request.body());
    }
    return validator.validateRequest(built.build()).getMessages().stream()
        .filter(message -> message.getLevel() == ValidationReport.Level.ERROR)
        .map(ValidationReport.Message::getKey)
        .toList();
  }

  private static Map<?, ?> member(Map<?, ?> object, String... path) {
    Map<?, ?> at = object;
    for (String name : path) {
      assertThat(at.get(name)).as(name).isInstanceOf(Map.class);
      at = (Map<?, ?>) at.get(name);
    }
    return at;
  }

  private static List<String> list(Map<?, ?> object, String name) {
    if (!(object.get(name) instanceof List<?> values)) {
      throw new AssertionError("the specification has no list " + name);
    }
    return values.stream().map(String::valueOf).toList();
  }
}
