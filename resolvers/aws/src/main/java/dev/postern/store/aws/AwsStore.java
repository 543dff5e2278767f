package dev.postern.store.aws;

import dev.postern.RotationId;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.checkup.Check;
import dev.postern.checkup.Endpoint;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.Look;
import dev.postern.store.SecretHead;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreCapabilities;
import dev.postern.store.StoreCheckup;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

/** The port on top of Secrets Manager. */
final class AwsStore implements SecretStore, StoreCheckup {
  /** AWSPREVIOUS is kept. AWS advises against more than one new version in ten minutes. */
  private static final StoreCapabilities CAPABILITIES =
      new StoreCapabilities(true, true, true, true, 1, Duration.ofMinutes(10));

  private static final int SHORTEST_VERSION = 32;
  private static final int LONGEST_VERSION = 64;

  /** A name that nobody is expected to use. */
  private static final SecretPath NOWHERE = new SecretPath("postern/check");

  private final String name;
  private final Operations operations;
  private final Looking looking;
  private final AwsCheckup checkup;

  AwsStore(String name, Operations operations) {
    this.name = name;
    this.operations = operations;
    this.looking = new Looking(operations, this::head);
    this.checkup = new AwsCheckup(operations, this);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public StoreCapabilities capabilities() {
    return CAPABILITIES;
  }

  @Override
  public SecretHead head(SecretPath path) {
    DescribeSecretResponse described = operations.begin(path).describe();
    return new SecretHead(
        Labels.of(name, path.value(), described).currentVersion(),
        CompromisedTag.in(described.tags()));
  }

  @Override
  public Map<SecretPath, Look> look(Set<SecretPath> paths) {
    return looking.at(paths);
  }

  @Override
  public StoredSecret readCurrent(SecretPath path) {
    return operations
        .begin(path)
        .currentValue()
        .orElseThrow(() -> AwsErrors.translate(name, path.value(), "ResourceNotFoundException"));
  }

  @Override
  public StoredSecret readVersion(SecretPath path, Version version) {
    Operation operation = operations.begin(path);
    int length = version.id().length();
    // AWS answers an id of another length as if the request were wrong, not the version missing.
    boolean possible = length >= SHORTEST_VERSION && length <= LONGEST_VERSION;
    return Optional.of(version.id())
        .filter(id -> possible)
        .flatMap(operation::valueOf)
        .orElseThrow(
            () ->
                new StoreException.NotFound(
                    "store %s does not hold version %s of %s".formatted(name, version, path)));
  }

  @Override
  public Optional<StoredSecret> readPending(SecretPath path) {
    Operation operation = operations.begin(path);
    Optional<StoredSecret> pending = operation.pendingValue();
    return pending.isPresent() ? pending : operation.unclaimedValue();
  }

  @Override
  public Version stage(SecretPath path, RotationId rotation, SecretFields fields) {
    return rotating(path, rotation).stage(fields);
  }

  @Override
  public Version promote(
      SecretPath path, RotationId rotation, SecretFields fields, Version expectedCurrent) {
    return rotating(path, rotation).promote(fields, expectedCurrent);
  }

  @Override
  public void dropPending(SecretPath path, RotationId rotation) {
    rotating(path, rotation).dropPending();
  }

  @Override
  public void flagCompromised(SecretPath path, CompromiseFlag flag) {
    operations.begin(path).tag(CompromisedTag.of(flag));
  }

  @Override
  public void unflagCompromised(SecretPath path) {
    operations.begin(path).untag(CompromisedTag.KEY);
  }

  /**
   * Describes a secret that is not there, which needs no right: that AWS refuses it to this role,
   * or finds nothing, it says only to whom it knows.
   */
  @Override
  public void check() {
    try {
      operations
          .begin(NOWHERE)
          .attempt(
              limits ->
                  operations
                      .client()
                      .describeSecret(
                          request ->
                              request.secretId(NOWHERE.value()).overrideConfiguration(limits)));
    } catch (ResourceNotFoundException known) {
      return;
    } catch (SdkException e) {
      if (!AwsErrors.isAccessDenied(e)) {
        throw AwsErrors.translate(name, NOWHERE.value(), e);
      }
    }
  }

  @Override
  public Optional<Endpoint> endpoint() {
    return Optional.of(checkup.endpoint());
  }

  @Override
  public List<Check> checks(SecretPath path, Use use) {
    return checkup.checks(path, use);
  }

  @Override
  public void close() {
    operations.close();
  }

  @Override
  public String toString() {
    return "AwsStore[" + name + "]";
  }

  private Rotating rotating(SecretPath path, RotationId rotation) {
    return new Rotating(operations.begin(path), name, path, rotation);
  }
}
