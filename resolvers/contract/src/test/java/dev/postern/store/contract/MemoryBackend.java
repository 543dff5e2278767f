package dev.postern.store.contract;

import dev.postern.RotationId;
import dev.postern.SecretFields;
import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.SecretPath;
import dev.postern.store.StoredSecret;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What outlives a {@link MemoryStore}. Guarded by its own monitor. */
final class MemoryBackend {
  final Map<SecretPath, Secret> secrets = new HashMap<>();

  /** One version; owns its fields. */
  record Held(
      Version version, SecretFields fields, Optional<RotationId> rotation, Instant createdAt) {

    boolean madeBy(RotationId candidate) {
      return rotation.filter(candidate::equals).isPresent();
    }

    StoredSecret handOut(SecretFields copy) {
      return new StoredSecret(version, copy, rotation, Optional.of(createdAt));
    }
  }

  /** All versions of one secret. */
  static final class Secret {
    final List<Held> previous = new ArrayList<>();
    Held current;
    @Nullable Held pending;
    @Nullable CompromiseFlag flag;
    int counter = 1;
    boolean promotedJustNow;

    Secret(SecretFields fields) {
      current = new Held(new Version("1"), fields, Optional.empty(), Instant.now());
    }

    Version next() {
      return new Version(Integer.toString(++counter));
    }

    void succeedBy(Held successor) {
      previous.addFirst(current);
      current = successor;
    }

    Stream<Held> all() {
      return Stream.concat(
          Stream.concat(Stream.of(current), Optional.ofNullable(pending).stream()),
          previous.stream());
    }
  }

  synchronized void seed(SecretPath path, SecretFields fields, Flaw flaw) {
    Secret known = secrets.get(path);
    if (known == null) {
      Secret added = new Secret(fields.copy());
      added.current =
          new Held(
              MemoryStore.version(flaw, new Version("1"), fields),
              added.current.fields(),
              Optional.empty(),
              Instant.now());
      secrets.put(path, added);
    } else {
      known.succeedBy(
          new Held(
              MemoryStore.version(flaw, known.next(), fields),
              fields.copy(),
              Optional.empty(),
              Instant.now()));
    }
  }
}
