package dev.postern.store.aws;

import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.Look;
import dev.postern.store.SecretHead;
import dev.postern.store.SecretPath;
import dev.postern.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.model.APIErrorType;
import software.amazon.awssdk.services.secretsmanager.model.BatchGetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.Filter;
import software.amazon.awssdk.services.secretsmanager.model.FilterNameStringType;
import software.amazon.awssdk.services.secretsmanager.model.ListSecretsResponse;
import software.amazon.awssdk.services.secretsmanager.model.SecretListEntry;
import software.amazon.awssdk.services.secretsmanager.model.SecretValueEntry;

/** Heads of many secrets; the package says which way is chosen when, and what each costs. */
final class Looking {
  /** Up to here describing each costs little, sees the freshest state and no value. */
  static final int FEW = 5;

  private static final int BATCH = 20;
  private static final int PAGE = 100;
  private static final Duration ASK_AGAIN = Duration.ofHours(1);
  private static final Filter FLAGGED =
      Filter.builder().key(FilterNameStringType.TAG_KEY).values(CompromisedTag.KEY).build();
  private static final SecretPath ALL = new SecretPath("the configured secrets");

  private final Operations operations;
  private final Function<SecretPath, SecretHead> describe;

  /** When batches were last refused to this agent's role. */
  private volatile @Nullable Long refusedAt;

  Looking(Operations operations, Function<SecretPath, SecretHead> describe) {
    this.operations = operations;
    this.describe = describe;
  }

  Map<SecretPath, Look> at(Set<SecretPath> paths) {
    Map<SecretPath, Look> looks = new HashMap<>();
    // Those of other accounts are named by ARN, and no list of this account shows their tags.
    List<SecretPath> names =
        paths.stream().filter(path -> !path.value().startsWith("arn:")).toList();
    if (names.size() > FEW && !isRefused()) {
      lookTogether(names, looks);
    }
    for (SecretPath path : paths) {
      if (!looks.containsKey(path)) {
        looks.put(path, describe(path));
      }
    }
    return looks;
  }

  private boolean isRefused() {
    Long at = refusedAt;
    return at != null && System.nanoTime() - at < ASK_AGAIN.toNanos();
  }

  /**
   * @throws StoreException when the store is away: asking for the rest would only press it more
   */
  private Look describe(SecretPath path) {
    try {
      return new Look.Seen(describe.apply(path));
    } catch (StoreException e) {
      if (e.isTransient()) {
        throw e;
      }
      return new Look.Failed(e);
    }
  }

  private void lookTogether(List<SecretPath> names, Map<SecretPath, Look> looks) {
    Optional<Map<String, CompromiseFlag>> flags = flagged();
    for (int from = 0; flags.isPresent() && from < names.size(); from += BATCH) {
      List<SecretPath> some = names.subList(from, Math.min(names.size(), from + BATCH));
      Optional<BatchGetSecretValueResponse> answer = batch(some);
      if (answer.isEmpty()) {
        return;
      }
      sort(some, answer.get(), flags.get(), looks);
    }
  }

  /** What the answer leaves out, or does not call current, is described by itself afterwards. */
  private void sort(
      List<SecretPath> asked,
      BatchGetSecretValueResponse answer,
      Map<String, CompromiseFlag> flags,
      Map<SecretPath, Look> looks) {
    Map<String, SecretPath> wanted = new HashMap<>();
    asked.forEach(path -> wanted.put(path.value(), path));
    for (SecretValueEntry entry : answer.secretValues()) {
      SecretPath path = wanted.get(entry.name());
      if (path != null && entry.versionStages().contains(Labels.CURRENT)) {
        Optional<CompromiseFlag> flag = Optional.ofNullable(flags.get(entry.name()));
        looks.put(path, new Look.Seen(new SecretHead(new Version(entry.versionId()), flag)));
      }
    }
    for (APIErrorType error : answer.errors()) {
      SecretPath path = wanted.get(error.secretId());
      if (path != null) {
        String code = error.errorCode() == null ? "" : error.errorCode();
        looks.put(
            path, new Look.Failed(AwsErrors.translate(operations.store(), path.value(), code)));
      }
    }
  }

  private Optional<BatchGetSecretValueResponse> batch(List<SecretPath> paths) {
    List<String> ids = paths.stream().map(SecretPath::value).toList();
    return permitted(
        limits ->
            operations
                .client()
                .batchGetSecretValue(
                    request -> request.secretIdList(ids).overrideConfiguration(limits)));
  }

  private Optional<Map<String, CompromiseFlag>> flagged() {
    Map<String, CompromiseFlag> flags = new HashMap<>();
    List<SecretListEntry> entries = new ArrayList<>();
    String next = null;
    do {
      String token = next;
      Optional<ListSecretsResponse> page = permitted(limits -> flaggedPage(token, limits));
      if (page.isEmpty()) {
        return Optional.empty();
      }
      entries.addAll(page.get().secretList());
      next = page.get().nextToken();
    } while (next != null);
    for (SecretListEntry entry : entries) {
      CompromisedTag.in(entry.tags()).ifPresent(flag -> flags.put(entry.name(), flag));
    }
    return Optional.of(flags);
  }

  private ListSecretsResponse flaggedPage(
      @Nullable String token, AwsRequestOverrideConfiguration limits) {
    return operations
        .client()
        .listSecrets(
            request ->
                request
                    .maxResults(PAGE)
                    .nextToken(token)
                    .filters(FLAGGED)
                    .overrideConfiguration(limits));
  }

  /** Empty when the role may not; that is no failure, as describing needs no further right. */
  private <T> Optional<T> permitted(Function<AwsRequestOverrideConfiguration, T> call) {
    try {
      return Optional.of(operations.begin(ALL).attempt(call));
    } catch (SdkException e) {
      if (AwsErrors.isAccessDenied(e)) {
        refusedAt = System.nanoTime();
        return Optional.empty();
      }
      throw AwsErrors.translate(operations.store(), ALL.value(), e);
    }
  }
}
