package dev.postern.store.aws;

import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.SecretPath;
import dev.postern.store.StoreException;
import dev.postern.store.StoredSecret;
import dev.postern.store.fields.FieldText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.InvalidParameterException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.Tag;

/** The calls of one operation on one secret. Used by one thread, and forgotten. */
final class Operation {
  /** AWS's own test of a label move polls up to ten times, half a second apart. */
  private static final int READS = 10;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

  private final Operations operations;
  private final SecretPath path;
  private final long end;

  Operation(Operations operations, SecretPath path, long end) {
    this.operations = operations;
    this.path = path;
    this.end = end;
  }

  DescribeSecretResponse describe() {
    return call(
        limits ->
            operations
                .client()
                .describeSecret(
                    request -> request.secretId(path.value()).overrideConfiguration(limits)));
  }

  Labels labels() {
    return Labels.of(operations.store(), path.value(), describe());
  }

  /** Reads the labels until they are as wanted, or for as long as AWS may take to agree. */
  Labels settled(Predicate<Labels> wanted) {
    Duration pause = FIRST_PAUSE;
    Labels seen = labels();
    for (int reads = 1; reads < READS && !wanted.test(seen); reads++) {
      LockSupport.parkNanos(Math.min(pause.toNanos(), Math.max(0, end - System.nanoTime())));
      pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
      seen = labels();
    }
    return seen;
  }

  /** Empty when there is no such secret, or when it has no current version. */
  Optional<StoredSecret> currentValue() {
    return value(null, Labels.CURRENT, labels -> true);
  }

  /** AWS leaves the label on a promoted version: that one waits for nothing any more. */
  Optional<StoredSecret> pendingValue() {
    return value(null, Labels.PENDING, labels -> !labels.contains(Labels.CURRENT));
  }

  /**
   * What a rotation stored just before it was cut off, and so without the pending label: the only
   * copy there is. The newest, should there be several.
   */
  Optional<StoredSecret> unclaimedValue() {
    List<String> versions;
    try {
      versions = labels().unclaimed();
    } catch (StoreException.NotFound nothing) {
      return Optional.empty();
    }
    StoredSecret newest = null;
    for (String version : versions) {
      StoredSecret one = valueOf(version).orElse(null);
      if (one != null && newest != null) {
        boolean later = created(one).isAfter(created(newest));
        (later ? newest : one).close();
        newest = later ? one : newest;
      } else if (one != null) {
        newest = one;
      }
    }
    return Optional.ofNullable(newest);
  }

  private static Instant created(StoredSecret stored) {
    return stored.createdAt().orElse(Instant.EPOCH);
  }

  /** A version without a label counts as gone; AWS keeps it for a day at least. */
  Optional<StoredSecret> valueOf(String version) {
    return value(version, null, labels -> !labels.isEmpty());
  }

  /**
   * Stores a new version with its own label alone; the value as the fields' text form. Doing it
   * again does nothing.
   */
  void put(String version, SecretFields fields) {
    byte[] text = FieldText.write(path, fields);
    try {
      call(
          limits ->
              operations
                  .client()
                  .putSecretValue(
                      request ->
                          request
                              .secretId(path.value())
                              .clientRequestToken(version)
                              .secretString(new String(text, StandardCharsets.UTF_8))
                              .versionStages(Labels.own(version))
                              .overrideConfiguration(limits)));
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }

  /**
   * Moves a label, on the condition that it is where the caller saw it.
   *
   * @param to empty to take the label off
   * @param from the version that carries it now, if one does
   * @return whether the service did; if not, the labels are not as the caller thought
   */
  boolean move(String label, Optional<String> to, Optional<String> from) {
    try {
      attempt(
          limits ->
              operations
                  .client()
                  .updateSecretVersionStage(
                      request ->
                          request
                              .secretId(path.value())
                              .versionStage(label)
                              .moveToVersionId(to.orElse(null))
                              .removeFromVersionId(from.orElse(null))
                              .overrideConfiguration(limits)));
      return true;
    } catch (InvalidParameterException | ResourceNotFoundException notAsThought) {
      return false;
    } catch (SdkException e) {
      throw AwsErrors.translate(operations.store(), path.value(), e);
    }
  }

  void tag(Tag tag) {
    call(
        limits ->
            operations
                .client()
                .tagResource(
                    request ->
                        request.secretId(path.value()).tags(tag).overrideConfiguration(limits)));
  }

  void untag(String key) {
    call(
        limits ->
            operations
                .client()
                .untagResource(
                    request ->
                        request
                            .secretId(path.value())
                            .tagKeys(List.of(key))
                            .overrideConfiguration(limits)));
  }

  <T> T call(Function<AwsRequestOverrideConfiguration, T> call) {
    try {
      return attempt(call);
    } catch (SdkException e) {
      throw AwsErrors.translate(operations.store(), path.value(), e);
    }
  }

  /** As {@link #call}, with the SDK's own exceptions. */
  <T> T attempt(Function<AwsRequestOverrideConfiguration, T> call) {
    operations.requireOpen();
    long left = end - System.nanoTime();
    if (left <= 0) {
      throw operations.outOfTime(path.value());
    }
    return call.apply(
        AwsRequestOverrideConfiguration.builder().apiCallTimeout(Duration.ofNanos(left)).build());
  }

  private Optional<StoredSecret> value(
      @Nullable String version, @Nullable String label, Predicate<List<String>> wanted) {
    try {
      GetSecretValueResponse answer =
          attempt(
              limits ->
                  operations
                      .client()
                      .getSecretValue(
                          request ->
                              request
                                  .secretId(path.value())
                                  .versionId(version)
                                  .versionStage(label)
                                  .overrideConfiguration(limits)));
      return wanted.test(answer.versionStages()) ? Optional.of(stored(answer)) : Optional.empty();
    } catch (ResourceNotFoundException missing) {
      return Optional.empty();
    } catch (SdkException e) {
      throw AwsErrors.translate(operations.store(), path.value(), e);
    }
  }

  private StoredSecret stored(GetSecretValueResponse answer) {
    if (answer.secretString() == null) {
      throw new StoreException.Malformed(
          "store %s: %s holds a binary value; Postern reads texts, store it as a secret string"
              .formatted(operations.store(), path));
    }
    byte[] text = answer.secretString().getBytes(StandardCharsets.UTF_8);
    try {
      return new StoredSecret(
          new Version(answer.versionId()),
          FieldText.read(path, text),
          Labels.maker(answer.versionId(), answer.versionStages()),
          Optional.ofNullable(answer.createdDate()));
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }
}
