package dev.postern.store.conjur;

import dev.postern.Version;
import dev.postern.store.CompromiseFlag;
import dev.postern.store.Look;
import dev.postern.store.SecretHead;
import dev.postern.store.SecretPath;
import dev.postern.store.StoreException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Looks at many secrets at once by the server's list of variables, which names their versions: one
 * request for some hundreds. Flags that have not changed cost none.
 */
final class Looks {
  static final int PAGE = 500;

  private final String store;
  private final ConjurApi api;
  private final Optional<Flags> flags;

  Looks(String store, ConjurApi api, Optional<Flags> flags) {
    this.store = store;
    this.api = api;
    this.flags = flags;
  }

  SecretHead head(SecretPath path, Deadline deadline) {
    Variable variable = api.describe(path.value(), deadline);
    return new SecretHead(version(variable), flags.flatMap(every -> every.read(path, deadline)));
  }

  Map<SecretPath, Look> look(Set<SecretPath> paths, Deadline deadline) {
    Function<SecretPath, Look> one = path -> alone(path, deadline);
    if (paths.size() < 2) {
      return paths.stream().collect(Collectors.toMap(path -> path, one));
    }
    Listing listing = list(paths, deadline);
    Map<String, Flags.Sight> sights = sights(paths, listing, deadline);
    return paths.stream()
        .collect(
            Collectors.toMap(
                path -> path,
                path -> listing.knows(path) ? seen(path, listing, sights) : one.apply(path)));
  }

  private Look alone(SecretPath path, Deadline deadline) {
    try {
      return new Look.Seen(head(path, deadline));
    } catch (StoreException e) {
      return new Look.Failed(e);
    }
  }

  private Look seen(SecretPath path, Listing listing, Map<String, Flags.Sight> sights) {
    Variable variable = listing.found().get(path.value());
    if (variable == null || !variable.hasValue()) {
      return new Look.Failed(ConjurErrors.missing(store, path.value()));
    }
    Flags.Sight sight =
        flags
            .map(every -> sights.get(every.id(path)))
            .orElse(new Flags.Sight.Seen(Optional.empty()));
    return switch (sight) {
      case Flags.Sight.Failed(StoreException why) -> new Look.Failed(why);
      case Flags.Sight.Seen(Optional<CompromiseFlag> flag) ->
          new Look.Seen(new SecretHead(version(variable), flag));
    };
  }

  private Map<String, Flags.Sight> sights(
      Set<SecretPath> paths, Listing listing, Deadline deadline) {
    if (flags.isEmpty()) {
      return Map.of();
    }
    List<Variable> there =
        paths.stream()
            .map(flags.get()::id)
            .flatMap(id -> Optional.ofNullable(listing.found().get(id)).stream())
            .toList();
    return flags.get().readMany(there, deadline);
  }

  /**
   * Turns pages until all is found or there are no more; but no more pages than the secrets would
   * have cost one by one, for a host that sees very many others.
   */
  private Listing list(Set<SecretPath> paths, Deadline deadline) {
    Set<String> wanted = new HashSet<>();
    paths.forEach(path -> wanted.add(path.value()));
    flags.ifPresent(every -> paths.forEach(path -> wanted.add(every.id(path))));
    Map<String, Variable> found = new HashMap<>();
    int offset = 0;
    for (int pages = 0; pages < wanted.size() && found.size() < wanted.size(); pages++) {
      Optional<List<Variable>> page = api.page(offset, PAGE, deadline);
      if (page.isEmpty()) {
        return new Listing(found, false, flags);
      }
      page.get().stream()
          .filter(variable -> wanted.contains(variable.id()))
          .forEach(variable -> found.put(variable.id(), variable));
      if (page.get().size() < PAGE) {
        return new Listing(found, true, flags);
      }
      offset += PAGE;
    }
    return new Listing(found, found.size() == wanted.size(), flags);
  }

  /**
   * @param complete whether what was not found is not there
   */
  private record Listing(Map<String, Variable> found, boolean complete, Optional<Flags> flags) {
    boolean knows(SecretPath path) {
      return complete
          || (found.containsKey(path.value())
              && flags.map(every -> found.containsKey(every.id(path))).orElse(true));
    }
  }

  static Version version(Variable variable) {
    return new Version(Integer.toString(variable.version()));
  }
}
