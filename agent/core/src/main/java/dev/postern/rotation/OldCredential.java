package dev.postern.rotation;

import dev.postern.issuer.LiveCredential;
import dev.postern.issuer.ProbeResult;
import dev.postern.journal.RotationEvent.Detail;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out which of the provider's credentials is the one being replaced. By its id in the store;
 * else, when the old value is accepted and exactly one credential of its scope is alive besides the
 * successor, that one. Never by a guess.
 */
final class OldCredential {
  private OldCredential() {}

  /**
   * What was found, as details for the journal: {@code OLD_CREDENTIAL}, or {@code CANDIDATES}. The
   * predecessor's value must have been read.
   */
  static Map<Detail, String> identify(Run run) {
    Facts facts = run.chronicle.state().facts();
    Map<Detail, String> found = new EnumMap<>(Detail.class);
    if (facts.oldCredential().isPresent()) {
      return found;
    }
    Optional<String> stored = run.predecessor().flatMap(run.outside::idOf);
    if (stored.isPresent()) {
      found.put(Detail.OLD_CREDENTIAL, stored.get());
      return found;
    }
    List<LiveCredential> candidates = candidates(run, facts);
    if (candidates.size() == 1 && oldValueIsAlive(run)) {
      found.put(Detail.OLD_CREDENTIAL, candidates.getFirst().id());
    } else {
      found.put(
          Detail.CANDIDATES,
          String.join("\n", candidates.stream().map(OldCredential::describe).toList()));
    }
    return found;
  }

  private static List<LiveCredential> candidates(Run run, Facts facts) {
    List<LiveCredential> live = run.outside.live();
    List<LiveCredential> own = run.madeByThisRotation(live);
    return live.stream()
        .filter(credential -> !own.contains(credential))
        .filter(credential -> !facts.newCredential().equals(Optional.of(credential.id())))
        .toList();
  }

  /** A dead old value is not the one credential that is alive: that one is somebody else's. */
  private static boolean oldValueIsAlive(Run run) {
    return run.predecessor()
        .map(fields -> run.outside.probePredecessor(fields) instanceof ProbeResult.Accepted)
        .orElse(false);
  }

  private static String describe(LiveCredential credential) {
    String description = credential.description().replaceAll("\\p{Cntrl}", " ");
    return description.isBlank() ? credential.id() : credential.id() + " (" + description + ")";
  }
}
