package dev.postern.store.aws;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The service's memory and what its actions do to it. Guarded by its own monitor. */
final class FakeSecrets {
  static final String REGION = "eu-west-1";
  private static final String ARN = "arn:aws:secretsmanager:" + REGION + ":123456789012:secret:";
  private static final int LARGEST_VALUE = 65_536;
  private static final int BATCH = 20;

  private final Map<String, FakeSecret> secrets = new TreeMap<>();

  /** How many reads each move is hidden from. */
  int lag;

  static String arn(String idOrArn) {
    return idOrArn.startsWith("arn:") ? idOrArn : ARN + idOrArn + "-AbCdEf";
  }

  /** As a person does it in the console. */
  synchronized FakeSecret seed(String name, @Nullable String text) {
    FakeSecret secret = secrets.computeIfAbsent(name, key -> new FakeSecret(key, arn(key)));
    secret.put(UUID.randomUUID().toString(), text, List.of(Labels.CURRENT), 0);
    return secret;
  }

  synchronized String snapshot() {
    StringBuilder text = new StringBuilder();
    for (FakeSecret secret : secrets.values()) {
      text.append("%s %s%n".formatted(secret.name, new TreeMap<>(secret.tags)));
      new TreeMap<>(secret.versions)
          .forEach(
              (id, version) ->
                  text.append("%s %s %s%n".formatted(id, version.labels, version.text)));
    }
    return text.toString();
  }

  synchronized FakeSecret secret(String nameOrArn) {
    return secrets.values().stream()
        .filter(secret -> secret.name.equals(nameOrArn) || secret.arn.equals(nameOrArn))
        .findFirst()
        .orElseThrow(FakeError::notFound);
  }

  synchronized Map<String, Object> act(String action, FakeRequest request) {
    return switch (action) {
      case "DescribeSecret" -> describe(secret(request.text("SecretId")));
      case "GetSecretValue" -> get(request);
      case "PutSecretValue" -> put(request);
      case "UpdateSecretVersionStage" -> move(request);
      case "TagResource" -> tag(request);
      case "UntagResource" -> untag(request);
      case "BatchGetSecretValue" -> batch(request);
      case "ListSecrets" -> list(request);
      default -> throw new FakeError("UnknownOperationException", "");
    };
  }

  private static Map<String, Object> describe(FakeSecret secret) {
    Map<String, Object> answer = identity(secret);
    answer.put("VersionIdsToStages", secret.labels());
    answer.put("RotationEnabled", secret.nativeRotation);
    answer.put("Tags", tags(secret));
    answer.put("CreatedDate", 1.7e9);
    if (secret.deleted) {
      answer.put("DeletedDate", 1.7e9);
    }
    return answer;
  }

  private Map<String, Object> get(FakeRequest request) {
    FakeSecret secret = living(request);
    Optional<String> id = request.optional("VersionId");
    Optional<String> label = request.optional("VersionStage");
    Optional<FakeVersion> found =
        id.map(secret.versions::get)
            .or(() -> id.isPresent() ? Optional.empty() : secret.holder(label.orElse("AWSCURRENT")))
            .filter(version -> label.isEmpty() || version.labels.contains(label.get()));
    return value(
        secret,
        found.orElseThrow(
            () ->
                new FakeError(
                    "ResourceNotFoundException",
                    "Secrets Manager can't find the specified secret value.")));
  }

  private static Map<String, Object> value(FakeSecret secret, FakeVersion version) {
    Map<String, Object> answer = identity(secret);
    answer.put("VersionId", version.id);
    answer.put("VersionStages", List.copyOf(version.labels));
    answer.put("CreatedDate", version.created.toEpochMilli() / 1000.0);
    answer.put(
        version.text == null ? "SecretBinary" : "SecretString",
        version.text == null ? "AAEC" : version.text);
    return answer;
  }

  private Map<String, Object> put(FakeRequest request) {
    FakeSecret secret = living(request);
    String token = request.text("ClientRequestToken");
    String text = request.text("SecretString");
    if (token.length() < 32 || token.length() > 64 || text.length() > LARGEST_VALUE) {
      throw FakeError.parameter("token or value of a wrong length");
    }
    List<String> labels = request.texts("VersionStages");
    FakeVersion version =
        secret.put(token, text, labels.isEmpty() ? List.of(Labels.CURRENT) : labels, lag);
    Map<String, Object> answer = identity(secret);
    answer.put("VersionId", version.id);
    answer.put("VersionStages", List.copyOf(version.labels));
    return answer;
  }

  private Map<String, Object> move(FakeRequest request) {
    FakeSecret secret = living(request);
    secret.move(
        request.text("VersionStage"),
        request.optional("MoveToVersionId").orElse(null),
        request.optional("RemoveFromVersionId").orElse(null),
        lag);
    return identity(secret);
  }

  private Map<String, Object> tag(FakeRequest request) {
    FakeSecret secret = living(request);
    for (Map<?, ?> tag : request.objects("Tags")) {
      String value = String.valueOf(tag.get("Value"));
      if (!value.matches("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{0,256}")) {
        throw FakeError.parameter("tag value of illegal characters or length");
      }
      secret.tags.put((String) tag.get("Key"), value);
    }
    return Map.of();
  }

  private Map<String, Object> untag(FakeRequest request) {
    FakeSecret secret = living(request);
    request.texts("TagKeys").forEach(secret.tags::remove);
    return Map.of();
  }

  private Map<String, Object> batch(FakeRequest request) {
    List<String> ids = request.texts("SecretIdList");
    if (ids.isEmpty() || ids.size() > BATCH) {
      throw FakeError.parameter("1 to 20 secrets");
    }
    List<Object> values = new ArrayList<>();
    List<Object> errors = new ArrayList<>();
    for (String id : ids) {
      try {
        if (!request.allows("GetSecretValue", id)) {
          throw new FakeError("AccessDeniedException", "not authorized");
        }
        FakeSecret secret = secret(id);
        if (secret.deleted) {
          throw new FakeError("InvalidRequestException", "marked for deletion");
        }
        values.add(value(secret, secret.holder(Labels.CURRENT).orElseThrow(FakeError::notFound)));
      } catch (FakeError e) {
        errors.add(
            Map.of(
                "SecretId", id, "ErrorCode", e.code(), "Message", String.valueOf(e.getMessage())));
      }
    }
    return Map.of("SecretValues", values, "Errors", errors);
  }

  private Map<String, Object> list(FakeRequest request) {
    List<FakeSecret> found =
        secrets.values().stream()
            .filter(secret -> !secret.deleted)
            .filter(secret -> request.objects("Filters").stream().allMatch(f -> passes(secret, f)))
            .toList();
    int from = request.optional("NextToken").map(Integer::parseInt).orElse(0);
    int to = Math.min(found.size(), from + request.number("MaxResults"));
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put(
        "SecretList",
        found.subList(from, to).stream()
            .map(
                secret -> {
                  Map<String, Object> entry = identity(secret);
                  entry.put("Tags", tags(secret));
                  entry.put("SecretVersionsToStages", secret.labels());
                  return entry;
                })
            .toList());
    if (to < found.size()) {
      answer.put("NextToken", Integer.toString(to));
    }
    return answer;
  }

  /** A filter compares beginnings; of its kinds only that for tags' keys is known here. */
  private static boolean passes(FakeSecret secret, Map<?, ?> filter) {
    if (!"tag-key".equals(filter.get("Key"))) {
      throw FakeError.parameter("only tag-key is known");
    }
    return filter.get("Values") instanceof List<?> beginnings
        && secret.tags.keySet().stream()
            .anyMatch(key -> beginnings.stream().anyMatch(one -> key.startsWith((String) one)));
  }

  private FakeSecret living(FakeRequest request) {
    FakeSecret secret = secret(request.text("SecretId"));
    if (secret.deleted) {
      throw new FakeError(
          "InvalidRequestException",
          "You can't perform this operation on the secret because it was marked for deletion.");
    }
    return secret;
  }

  private static Map<String, Object> identity(FakeSecret secret) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("ARN", secret.arn);
    answer.put("Name", secret.name);
    return answer;
  }

  private static List<Map<String, String>> tags(FakeSecret secret) {
    return secret.tags.entrySet().stream()
        .map(tag -> Map.of("Key", tag.getKey(), "Value", tag.getValue()))
        .toList();
  }
}
