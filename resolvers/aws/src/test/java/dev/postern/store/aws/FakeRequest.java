package dev.postern.store.aws;

import com.fasterxml.jackson.jr.ob.JSON;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A request that was found to be one: signed for this region and service, aimed at an action, of
 * the right content type, with known members of the right types alone.
 */
record FakeRequest(String action, Map<String, Object> members, FakePrincipal principal) {
  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "AWS4-HMAC-SHA256 Credential=([A-Z0-9]{16,128})/([0-9]{8})/([a-z0-9-]+)/([a-z]+)/"
              + "aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=[0-9a-f]{64}");

  /** Per action its members: {@code !} marks a required one, the word its type. */
  private static final Map<String, String> MEMBERS =
      Map.of(
          "DescribeSecret", "SecretId:text!",
          "GetSecretValue", "SecretId:text! VersionId:text VersionStage:text",
          "PutSecretValue",
              "SecretId:text! ClientRequestToken:text! SecretString:text! VersionStages:texts",
          "UpdateSecretVersionStage",
              "SecretId:text! VersionStage:text! MoveToVersionId:text RemoveFromVersionId:text",
          "TagResource", "SecretId:text! Tags:objects!",
          "UntagResource", "SecretId:text! TagKeys:texts!",
          "BatchGetSecretValue", "SecretIdList:texts! NextToken:text",
          "ListSecrets", "MaxResults:number NextToken:text Filters:objects");

  static FakeRequest of(HttpExchange exchange, byte[] body, Map<String, FakePrincipal> known)
      throws IOException {
    if (!exchange.getRequestMethod().equals("POST")
        || !exchange.getRequestURI().getPath().equals("/")) {
      throw new FakeError(404, "UnknownOperationException", "");
    }
    FakePrincipal principal = principal(exchange, known);
    String target = header(exchange, "X-Amz-Target");
    String action = target.replaceFirst("^secretsmanager\\.", "");
    if (action.equals(target) || !MEMBERS.containsKey(action)) {
      throw new FakeError("UnknownOperationException", "");
    }
    if (!header(exchange, "Content-Type").equals("application/x-amz-json-1.1")) {
      throw new FakeError("SerializationException", "");
    }
    FakeRequest request = new FakeRequest(action, JSON.std.mapFrom(body), principal);
    request.checkMembers();
    request.checkRights();
    return request;
  }

  String text(String member) {
    return optional(member).orElseThrow();
  }

  Optional<String> optional(String member) {
    return Optional.ofNullable((String) members.get(member));
  }

  List<String> texts(String member) {
    return objectsOf(member).stream().map(String.class::cast).toList();
  }

  List<Map<?, ?>> objects(String member) {
    return objectsOf(member).stream().<Map<?, ?>>map(one -> (Map<?, ?>) one).toList();
  }

  int number(String member) {
    return members.containsKey(member) ? (Integer) members.get(member) : 100;
  }

  boolean allows(String other, String secret) {
    return principal.policy().allows(other, FakeSecrets.arn(secret), Set.of());
  }

  private List<?> objectsOf(String member) {
    return members.containsKey(member) ? (List<?>) members.get(member) : List.of();
  }

  private void checkMembers() {
    Map<String, String> expected =
        Arrays.stream(MEMBERS.getOrDefault(action, "").split(" "))
            .map(one -> one.split(":"))
            .collect(Collectors.toMap(one -> one[0], one -> one[1]));
    members.forEach(
        (name, value) -> {
          String type = expected.getOrDefault(name, "unknown").replace("!", "");
          boolean fits =
              switch (type) {
                case "text" -> value instanceof String text && !text.isEmpty();
                case "texts" ->
                    value instanceof List<?> all && all.stream().allMatch(String.class::isInstance);
                case "objects" ->
                    value instanceof List<?> all && all.stream().allMatch(Map.class::isInstance);
                case "number" -> value instanceof Integer number && number >= 1 && number <= 100;
                default -> false;
              };
          if (!fits) {
            throw new FakeError("SerializationException", name + " is unknown or of another type");
          }
        });
    expected.forEach(
        (name, type) -> {
          if (type.endsWith("!") && !members.containsKey(name)) {
            throw new FakeError("ValidationException", name + " must not be null");
          }
        });
  }

  private void checkRights() {
    String resource = members.containsKey("SecretId") ? FakeSecrets.arn(text("SecretId")) : "*";
    Set<String> tags =
        action.equals("TagResource")
            ? objects("Tags").stream()
                .map(tag -> (String) tag.get("Key"))
                .collect(Collectors.toSet())
            : Set.copyOf(texts("TagKeys"));
    if (!principal.policy().allows(action, resource, tags)) {
      throw new FakeError(
          "AccessDeniedException",
          "User: arn:aws:sts::123456789012:assumed-role/postern is not authorized to perform:"
              + " secretsmanager:"
              + action
              + " because no identity-based policy allows it");
    }
  }

  private static FakePrincipal principal(HttpExchange exchange, Map<String, FakePrincipal> known) {
    Matcher authorization = AUTHORIZATION.matcher(header(exchange, "Authorization"));
    if (!authorization.matches()
        || !header(exchange, "X-Amz-Date").matches("[0-9]{8}T[0-9]{6}Z")
        || !header(exchange, "X-Amz-Date").startsWith(authorization.group(2))
        || !authorization.group(3).equals(FakeSecrets.REGION)
        || !authorization.group(4).equals("secretsmanager")
        || !List.of(authorization.group(5).split(";"))
            .containsAll(List.of("host", "x-amz-date", "x-amz-target"))) {
      throw new FakeError(
          "InvalidSignatureException",
          "Credential should be scoped to a valid region and service.");
    }
    FakePrincipal principal = known.get(authorization.group(1));
    String token = header(exchange, "X-Amz-Security-Token");
    if (principal == null || !principal.sessionToken().equals(token)) {
      throw new FakeError(
          "UnrecognizedClientException", "The security token included in the request is invalid.");
    }
    return principal;
  }

  private static String header(HttpExchange exchange, String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).orElse("");
  }
}
