package dev.postern.store.conjur;

import dev.postern.store.CompromiseFlag;
import dev.postern.store.SecretPath;
import dev.postern.store.StoreException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The variables beside the secrets' own that hold their flags. Thread-safe. */
final class Flags {
  /** What servers and proxies take for sure; ids are encoded, at worst three characters for one. */
  private static final int LONGEST_QUERY = 4096;

  /** One seen before: a version's value never changes. */
  private record Known(Variable variable, Optional<CompromiseFlag> flag) {}

  /** A flag, or why it could not be read. */
  sealed interface Sight {
    record Seen(Optional<CompromiseFlag> flag) implements Sight {}

    record Failed(StoreException why) implements Sight {}
  }

  private final String suffix;
  private final ConjurApi api;
  private final Writer writer;
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  Flags(String suffix, ConjurApi api, Writer writer) {
    this.suffix = suffix;
    this.api = api;
    this.writer = writer;
  }

  String id(SecretPath path) {
    return path.value() + suffix;
  }

  /** A secret without such a variable, or with one that this host does not see, has no flag. */
  Optional<CompromiseFlag> read(SecretPath path, Deadline deadline) {
    return api.value(id(path), deadline).flatMap(Flags::flag);
  }

  void put(SecretPath path, CompromiseFlag flag, Deadline deadline) {
    writer.put(id(path), FlagText.write(flag), deadline);
  }

  void clear(SecretPath path, Deadline deadline) {
    if (read(path, deadline).isPresent()) {
      writer.put(id(path), FlagText.unflagged(), deadline);
    }
  }

  /** Of flag variables that are there, by their ids; reads only those that have changed. */
  Map<String, Sight> readMany(Collection<Variable> variables, Deadline deadline) {
    Map<String, Sight> sights = new HashMap<>();
    List<Variable> changed = new ArrayList<>();
    for (Variable each : variables) {
      Known before = known.get(each.id());
      if (!each.hasValue()) {
        sights.put(each.id(), new Sight.Seen(Optional.empty()));
      } else if (before != null && before.variable().equals(each)) {
        sights.put(each.id(), new Sight.Seen(before.flag()));
      } else {
        changed.add(each);
      }
    }
    for (List<Variable> batch : batches(changed)) {
      sights.putAll(readBatch(batch, deadline));
    }
    return sights;
  }

  private Map<String, Sight> readBatch(List<Variable> batch, Deadline deadline) {
    Optional<Map<String, byte[]>> values =
        batch.size() == 1
            ? Optional.empty()
            : api.values(batch.stream().map(Variable::id).toList(), deadline);
    Map<String, Sight> sights = new HashMap<>();
    for (Variable each : batch) {
      sights.put(
          each.id(),
          values
              .map(all -> remembered(each, Optional.ofNullable(all.get(each.id()))))
              .orElseGet(() -> readOne(each, deadline)));
    }
    return sights;
  }

  private Sight readOne(Variable variable, Deadline deadline) {
    try {
      return remembered(variable, api.value(variable.id(), deadline));
    } catch (StoreException e) {
      return new Sight.Failed(e);
    }
  }

  /**
   * A value newer than the version is kept under it too, which does no harm: that version is not
   * listed again.
   */
  private Sight remembered(Variable variable, Optional<byte[]> value) {
    Optional<CompromiseFlag> flag = value.flatMap(Flags::flag);
    known.put(variable.id(), new Known(variable, flag));
    return new Sight.Seen(flag);
  }

  private static Optional<CompromiseFlag> flag(byte[] text) {
    try {
      return FlagText.read(text);
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }

  /** A comma would be taken for two ids. */
  private static List<List<Variable>> batches(List<Variable> variables) {
    List<List<Variable>> batches = new ArrayList<>();
    List<Variable> batch = new ArrayList<>();
    int length = 0;
    for (Variable each : variables) {
      int longer = 3 * (each.id().length() + 32);
      if (each.id().indexOf(',') >= 0) {
        batches.add(List.of(each));
      } else {
        if (length + longer > LONGEST_QUERY && !batch.isEmpty()) {
          batches.add(batch);
          batch = new ArrayList<>();
          length = 0;
        }
        batch.add(each);
        length += longer;
      }
    }
    if (!batch.isEmpty()) {
      batches.add(batch);
    }
    return batches;
  }
}
