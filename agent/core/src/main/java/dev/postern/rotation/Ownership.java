package dev.postern.rotation;

import dev.postern.RotationTag;
import dev.postern.issuer.AccountEntry;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * Tells what this agent's rotations made from what somebody else did. A tag alone proves nothing:
 * whoever may list keys can copy one.
 */
final class Ownership {
  private final String installation;
  private final Collection<Chronicle> rotations;

  Ownership(String installation, Collection<Chronicle> rotations) {
    this.installation = installation;
    this.rotations = rotations;
  }

  boolean ours(AccountEntry entry) {
    return switch (entry.type()) {
      case KEY -> madeByUs(entry.id()) || beingMade(entry.description());
      case SMTP_LOGIN -> madeByUs(entry.id()) || takesTurns(entry.id());
      case ALLOW_LIST_ENTRY -> false;
    };
  }

  private boolean madeByUs(String id) {
    return rotations.stream()
        .anyMatch(rotation -> rotation.state().facts().newCredential().equals(Optional.of(id)));
  }

  /** A rotation that runs may have made it without having been told so yet. */
  private boolean beingMade(String description) {
    return RotationTag.parse(description)
        .filter(tag -> tag.installation().equals(installation))
        .filter(
            tag ->
                rotations.stream()
                    .map(Chronicle::state)
                    .filter(state -> state.plan().id().equals(tag.rotation()))
                    .filter(state -> state.facts().newCredential().isEmpty())
                    .anyMatch(state -> !(state instanceof RotationState.Ended)))
        .isPresent();
  }

  private boolean takesTurns(String login) {
    return rotations.stream()
        .anyMatch(rotation -> rotation.state().plan().scope().logins().contains(login));
  }

  /** When a rotation put this credential into use again: from then on its uses are no misuse. */
  Optional<Instant> takenIntoUseAfter(String id, Instant revokedAt) {
    return rotations.stream()
        .filter(rotation -> rotation.state().facts().newCredential().equals(Optional.of(id)))
        .map(rotation -> rotation.events().getFirst().at())
        .filter(at -> at.isAfter(revokedAt))
        .min(Comparator.naturalOrder());
  }
}
