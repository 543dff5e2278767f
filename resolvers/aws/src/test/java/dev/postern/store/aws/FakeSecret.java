package dev.postern.store.aws;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One secret, with the rules for staging labels that were recorded from the service: a label sits
 * on one version; moving AWSCURRENT moves AWSPREVIOUS; AWSPENDING stays on a promoted version; a
 * label moves only from where the caller says it is.
 */
final class FakeSecret {
  private static final int MOST_LABELS = 20;

  final String name;
  final String arn;
  final Map<String, FakeVersion> versions = new LinkedHashMap<>();
  final Map<String, String> tags = new TreeMap<>();
  boolean deleted;
  boolean nativeRotation;

  /** What readers are still shown after a move, and how often: the service agrees with delay. */
  private @Nullable Map<String, List<String>> stale;

  private int staleReads;

  FakeSecret(String name, String arn) {
    this.name = name;
    this.arn = arn;
  }

  /** Those with a label; of others the service speaks only when asked for deprecated ones. */
  Map<String, List<String>> labels() {
    if (stale != null && staleReads-- > 0) {
      return stale;
    }
    return versions.values().stream()
        .filter(version -> !version.labels.isEmpty())
        .collect(Collectors.toMap(version -> version.id, version -> List.copyOf(version.labels)));
  }

  Optional<FakeVersion> holder(String label) {
    return versions.values().stream().filter(version -> version.labels.contains(label)).findFirst();
  }

  FakeVersion put(String id, @Nullable String text, Collection<String> labels, int lag) {
    FakeVersion known = versions.get(id);
    if (known != null) {
      if (known.text != null && known.text.equals(text)) {
        return known;
      }
      throw new FakeError(
          "ResourceExistsException", "A resource with the ID you requested already exists.");
    }
    goStale(lag);
    FakeVersion added = new FakeVersion(id, text);
    versions.put(id, added);
    labels.forEach(label -> setLabel(label, added));
    return added;
  }

  void move(String label, @Nullable String to, @Nullable String from, int lag) {
    Optional<FakeVersion> holder = holder(label);
    FakeVersion target = to == null ? null : versions.get(to);
    if (to != null && target == null) {
      throw FakeError.notFound();
    }
    if (holder.isPresent() && from == null) {
      throw FakeError.parameter(
          "The parameter RemoveFromVersionId can't be empty. Staging label is attached already.");
    }
    if (from != null && holder.filter(version -> version.id.equals(from)).isEmpty()) {
      throw FakeError.parameter("The staging label is not attached to RemoveFromVersionId.");
    }
    if (to == null && (from == null || label.equals(Labels.CURRENT))) {
      throw FakeError.parameter("AWSCURRENT can only be moved, and something must be.");
    }
    goStale(lag);
    if (target == null) {
      holder.orElseThrow().labels.remove(label);
    } else {
      setLabel(label, target);
    }
  }

  private void setLabel(String label, FakeVersion target) {
    Optional<FakeVersion> holder = holder(label);
    holder.ifPresent(version -> version.labels.remove(label));
    if (label.equals(Labels.CURRENT) && holder.isPresent() && holder.get() != target) {
      setLabel("AWSPREVIOUS", holder.get());
      target.labels.remove("AWSPREVIOUS");
    }
    target.labels.add(label);
    if (labelCount() > MOST_LABELS) {
      target.labels.remove(label);
      throw new FakeError("LimitExceededException", "Too many staging labels.");
    }
  }

  private long labelCount() {
    return versions.values().stream().mapToLong(version -> version.labels.size()).sum();
  }

  private void goStale(int reads) {
    stale = null;
    if (reads > 0) {
      stale = labels();
      staleReads = reads;
    }
  }
}
