package dev.postern.sidecar.e2e;

import dev.postern.store.aws.FakeFault;
import dev.postern.store.aws.FakeSecretsManager;
import dev.postern.store.aws.IamPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Secrets Manager; when away, it answers with errors of its own. */
final class OutsideAws implements OutsideStore {
  private static final Set<String> WRITES =
      Set.of("TagResource", "UntagResource", "PutSecretValue", "UpdateSecretVersionStage");
  private static final String ACCESS_KEY = "AKIAE2EROTATOR000000";

  private final FakeSecretsManager aws = FakeSecretsManager.start();

  @Override
  public String admit(Path credentials) {
    aws.admit(ACCESS_KEY, IamPolicy.read(Path.of("../deploy/policies/aws-rotator.json")));
    Installation.write(
        file(credentials),
        "[mail]%naws_access_key_id=%s%naws_secret_access_key=of-the-test%n".formatted(ACCESS_KEY));
    return "prod: {type: aws, region: %s, profile: mail, endpoint: '%s', timeout: 2s}"
        .formatted(aws.region(), aws.endpoint());
  }

  @Override
  public List<String> flags(Path credentials) {
    return List.of("-Daws.sharedCredentialsFile=" + file(credentials));
  }

  private static Path file(Path credentials) {
    return credentials.resolve("aws-credentials");
  }

  @Override
  public void put(String path, Map<String, String> fields) {
    aws.seed(
        path,
        fields.entrySet().stream()
            .map(field -> "\"%s\":\"%s\"".formatted(field.getKey(), field.getValue()))
            .collect(Collectors.joining(",", "{", "}")));
  }

  @Override
  public Optional<String> field(String path, String field) {
    return aws.current(path).flatMap(text -> member(text, field));
  }

  static Optional<String> member(String text, String name) {
    return Pattern.compile("\"" + name + "\":\"([^\"]+)\"")
        .matcher(text)
        .results()
        .map((MatchResult found) -> found.group(1))
        .findFirst();
  }

  /** As AWS has it: the label may stay on the current version. */
  @Override
  public boolean pending(String path) {
    Optional<String> pending = aws.value(path, "AWSPENDING");
    return pending.isPresent() && !pending.equals(aws.current(path));
  }

  @Override
  public boolean flagged(String path) {
    return !aws.tags(path).isEmpty();
  }

  @Override
  public void afterWrites(Runnable act) {
    aws.beforeAnswers(
        action -> {
          if (WRITES.contains(action)) {
            act.run();
          }
        });
  }

  @Override
  public void goAway() {
    aws.fail(FakeFault.FAILED);
  }

  @Override
  public void comeBack() {
    aws.fail(FakeFault.NONE);
  }

  @Override
  public void close() {
    aws.close();
  }
}
