package dev.postern.mailgun.simulator;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request;
import com.atlassian.oai.validator.model.SimpleRequest;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.atlassian.oai.validator.report.ValidationReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Mailgun's published OpenAPI as a judge. It looks at paths, methods, parameters and bodies, but
 * not into multipart bodies, and it knows no urlencoded ones.
 */
final class VendorContract {
  private static final String FOLDER = "postern.contracts";

  private final OpenApiInteractionValidator validator;

  private VendorContract(OpenApiInteractionValidator validator) {
    this.validator = validator;
  }

  /** Skips the test, with the reason, when no contracts are named and nobody requires them. */
  static VendorContract load() {
    String folder = System.getProperty(FOLDER, "");
    Path file = Path.of(folder, "mailgun", "openapi.credentials.json");
    if (!folder.isBlank() && Files.isRegularFile(file)) {
      return new VendorContract(
          OpenApiInteractionValidator.createForSpecificationUrl(file.toUri().toString()).build());
    }
    if (!folder.isBlank()) {
      return fail("-D" + FOLDER + " names a folder without " + file);
    }
    String reason = "-D" + FOLDER + " does not name the folder of the vendors' contracts";
    if (System.getenv("CI") != null || Boolean.getBoolean(FOLDER + ".required")) {
      return fail(reason + ", and it is required here");
    }
    return abort(reason);
  }

  /** What the contract has against this exchange. */
  List<String> objections(
      Request.Method method,
      String path,
      Map<String, String> query,
      @Nullable String requestType,
      String requestBody,
      Api.Reply reply) {
    SimpleRequest.Builder request =
        new SimpleRequest.Builder(method, path).withAuthorization(Api.basic("api:not-shown"));
    query.forEach((name, value) -> request.withQueryParam(name, value));
    if (requestType != null) {
      request.withContentType(requestType).withBody(requestBody);
    }
    return texts(validator.validate(request.build(), response(reply.status(), reply)));
  }

  /** The same for an answer to a request that may be wrong itself. */
  List<String> objections(Request.Method method, String path, Api.Reply reply) {
    return texts(validator.validateResponse(path, method, response(reply.status(), reply)));
  }

  List<String> objections(Request.Method method, String path, int status, String json) {
    return texts(
        validator.validateResponse(
            path,
            method,
            SimpleResponse.Builder.status(status)
                .withContentType("application/json")
                .withBody(json)
                .build()));
  }

  private static SimpleResponse response(int status, Api.Reply reply) {
    return SimpleResponse.Builder.status(status)
        .withContentType(reply.headers().firstValue("Content-Type").orElse(""))
        .withBody(reply.body())
        .build();
  }

  /** Keys and pointers only: a message may quote the body. */
  private static List<String> texts(ValidationReport report) {
    return report.getMessages().stream()
        .filter(each -> each.getLevel() == ValidationReport.Level.ERROR)
        .map(each -> each.getKey() + " " + each.getContext().map(Object::toString).orElse(""))
        .toList();
  }
}
