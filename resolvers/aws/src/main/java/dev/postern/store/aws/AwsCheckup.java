package dev.postern.store.aws;

import dev.postern.checkup.Check;
import dev.postern.checkup.Endpoint;
import dev.postern.checkup.Finding;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCheckup;
import dev.postern.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.model.InvalidParameterException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

/**
 * The role's rights, as far as AWS lets anybody prove them without a change. Secrets Manager has no
 * dry run. What is only read is read. For the rest only answers that admit of one reading count:
 *
 * <ul>
 *   <li>a label that nobody uses is taken off a version that there is not, both of legal form. IAM
 *       decides on a request before the service acts on it ("How IAM works", IAM user guide), so
 *       that the service's word on the version means that the action is allowed;
 *   <li>tags are added and removed, of which the request names none. That AWS takes such a request
 *       is not documented; only a success or a refusal by IAM is taken for an answer;
 *   <li>of {@code PutSecretValue} there is no call that could not store something. It is named and
 *       not tried.
 * </ul>
 */
final class AwsCheckup {
  private static final String READER = "deploy/policies/aws-reader.json";
  private static final String ROTATOR = "deploy/policies/aws-rotator.json";

  /** No version carries it: those of Postern end in a rotation's id. */
  private static final String NOBODYS_LABEL = "postern-doctor";

  private final Operations operations;
  private final SecretStore store;

  AwsCheckup(Operations operations, SecretStore store) {
    this.operations = operations;
    this.store = store;
  }

  Endpoint endpoint() {
    return new Endpoint(
        operations.endpoint(),
        Optional.empty(),
        "add the authority to the JDK's trust store (javax.net.ssl.trustStore); the aws store has"
            + " no setting of its own",
        "AWS refuses signatures that are more than 5 minutes off");
  }

  List<Check> checks(SecretPath path, StoreCheckup.Use use) {
    List<Check> checks = new ArrayList<>();
    String policy = use == StoreCheckup.Use.ROTATE ? ROTATOR : READER;
    checks.add(Check.of("read " + path, () -> value(path, policy)));
    if (use != StoreCheckup.Use.VALUE) {
      checks.add(Check.of("look at " + path, () -> head(path, policy)));
    }
    if (use == StoreCheckup.Use.ROTATE) {
      checks.add(Check.of("stage beside " + path, () -> put(path)));
      checks.add(Check.of("promote " + path, () -> move(path)));
      checks.add(Check.of("flag " + path, () -> tag(path)));
    }
    return checks;
  }

  private Finding value(SecretPath path, String policy) {
    try {
      store.readCurrent(path).close();
      return Finding.ok("its value can be read");
    } catch (StoreException e) {
      return StoreCheckup.failed(
          e,
          allow("GetSecretValue", path, policy)
              + ", and kms:Decrypt where it has a key of its own");
    }
  }

  private Finding head(SecretPath path, String policy) {
    try {
      return store.head(path).flag().isPresent()
          ? Finding.warn("it is flagged as compromised", "rotate it, or take the tag off")
          : Finding.ok("its versions and its tags can be read");
    } catch (StoreException e) {
      return StoreCheckup.failed(e, allow("DescribeSecret", path, policy));
    }
  }

  private static Finding put(SecretPath path) {
    return Finding.skipped(
        "not checked: AWS has no harmless way to try PutSecretValue",
        "see that the role's policy allows it on " + path + ", as " + ROTATOR + " does");
  }

  private Finding move(SecretPath path) {
    String nobodys = UUID.randomUUID().toString();
    return tried(
        path,
        "UpdateSecretVersionStage",
        limits ->
            operations
                .client()
                .updateSecretVersionStage(
                    request ->
                        request
                            .secretId(path.value())
                            .versionStage(NOBODYS_LABEL)
                            .removeFromVersionId(nobodys)
                            .overrideConfiguration(limits)));
  }

  private Finding tag(SecretPath path) {
    Finding tagging =
        tried(
            path,
            "TagResource",
            limits ->
                operations
                    .client()
                    .tagResource(
                        request ->
                            request
                                .secretId(path.value())
                                .tags(List.of())
                                .overrideConfiguration(limits)));
    if (tagging.outcome() != Finding.Outcome.OK) {
      return tagging;
    }
    return tried(
        path,
        "UntagResource",
        limits ->
            operations
                .client()
                .untagResource(
                    request ->
                        request
                            .secretId(path.value())
                            .tagKeys(List.of())
                            .overrideConfiguration(limits)));
  }

  private Finding tried(
      SecretPath path, String action, Consumer<AwsRequestOverrideConfiguration> call) {
    Finding allowed = Finding.ok("AWS allows " + action);
    try {
      return operations
          .begin(path)
          .attempt(
              limits -> {
                call.accept(limits);
                return allowed;
              });
    } catch (InvalidParameterException | ResourceNotFoundException e) {
      return action.equals("UpdateSecretVersionStage") ? allowed : unproven(action, path);
    } catch (SdkException e) {
      if (AwsErrors.isAccessDenied(e)) {
        return Finding.fail("AWS refuses " + action, allow(action, path, ROTATOR));
      }
      StoreException known = AwsErrors.translate(store.name(), path.value(), e);
      return known instanceof StoreException.Malformed
          ? unproven(action, path)
          : StoreCheckup.failed(known, allow(action, path, ROTATOR));
    } catch (StoreException e) {
      return StoreCheckup.failed(e, allow(action, path, ROTATOR));
    }
  }

  private static Finding unproven(String action, SecretPath path) {
    return Finding.skipped(
        "not checked: AWS takes no " + action + " that would change nothing",
        "see that the role's policy allows it on " + path + ", as " + ROTATOR + " does");
  }

  private static String allow(String action, SecretPath path, String policy) {
    return "allow secretsmanager:%s on %s, as in %s".formatted(action, path, policy);
  }
}
