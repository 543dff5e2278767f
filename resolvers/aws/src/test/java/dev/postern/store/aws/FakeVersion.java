package dev.postern.store.aws;

import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One version; with neither text nor label it would not be there. */
final class FakeVersion {
  final String id;
  final @Nullable String text;
  final Instant created = Instant.now();
  final Set<String> labels = new TreeSet<>();

  /**
   * @param text absent for a binary value
   */
  FakeVersion(String id, @Nullable String text) {
    this.id = id;
    this.text = text;
  }
}
