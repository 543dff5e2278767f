package dev.postern.rotation;

import dev.postern.issuer.AccountActivity.Links;
import dev.postern.issuer.AccountUser;
import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads out of a rotation's events what was seen of the account's use. */
final class AftermathReader {
  /** Facts that do not move the rotation; some of them follow its end. */
  private static final Set<Fact> AFTERMATH =
      EnumSet.of(Fact.BASELINE, Fact.OBSERVED, Fact.WATCHED, Fact.MARKED);

  private AftermathReader() {}

  static List<RotationEvent> withoutAftermath(List<RotationEvent> events) {
    return events.stream().filter(event -> !AFTERMATH.contains(event.fact())).toList();
  }

  static Optional<Aftermath> read(
      List<RotationEvent> events, RotationState state, Optional<Instant> lookedAt) {
    RotationPlan plan = state.plan();
    if (!plan.watched()) {
      return Optional.empty();
    }
    List<Aftermath.Use> uses = new ArrayList<>(uses(events, Detail.USES_AFTER, true));
    uses.addAll(uses(events, Detail.USES_BEFORE, false));
    List<Aftermath.NewEntry> entries = newEntries(events);
    List<RotationEvent> marks =
        events.stream().filter(event -> event.fact() == Fact.MARKED).toList();
    PersonTasks tasks = new PersonTasks(plan.flaggedAt(), links(events), marks);
    return Optional.of(
        new Aftermath(
            plan.flaggedAt(),
            revokedAt(events, state).map(at -> at.plus(plan.watch())),
            finished(events),
            lookedAt.or(() -> lastLook(events)),
            notes(events),
            uses,
            entries,
            tasks.of(users(events), entries)));
  }

  /** When the old credential was revoked; for a value replaced in place, when it was replaced. */
  static Optional<Instant> revokedAt(List<RotationEvent> events, RotationState state) {
    return doneAt(events, Step.REVOKE)
        .or(() -> state.facts().inPlace() ? doneAt(events, Step.ACTIVATE) : Optional.empty());
  }

  private static Optional<Instant> doneAt(List<RotationEvent> events, Step step) {
    return events.stream()
        .filter(event -> event.fact() == Fact.DONE)
        .filter(event -> event.detail(Detail.STEP).equals(Optional.of(step.wireName())))
        .map(RotationEvent::at)
        .findFirst();
  }

  static boolean finished(List<RotationEvent> events) {
    return events.stream().anyMatch(event -> event.fact() == Fact.WATCHED);
  }

  static List<String> notes(List<RotationEvent> events) {
    return latest(events, Detail.NOTES)
        .map(text -> text.isEmpty() ? List.<String>of() : List.of(text.split("\n")))
        .orElse(List.of());
  }

  static List<Aftermath.Use> uses(
      List<RotationEvent> events, Detail detail, boolean afterRevocation) {
    return latest(events, detail)
        .map(text -> ActivityText.readUses(text, afterRevocation))
        .orElse(List.of());
  }

  static List<Aftermath.NewEntry> newEntries(List<RotationEvent> events) {
    return latest(events, Detail.NEW_ENTRIES).map(ActivityText::readNewEntries).orElse(List.of());
  }

  private static Optional<List<AccountUser>> users(List<RotationEvent> events) {
    return latest(events, Detail.USERS).map(ActivityText::readUsers);
  }

  private static Optional<Links> links(List<RotationEvent> events) {
    return latest(events, Detail.LINKS).flatMap(ActivityText::readLinks);
  }

  /** The newest text of a detail that looks write; each holds the whole picture. */
  static Optional<String> latest(List<RotationEvent> events, Detail detail) {
    return events.reversed().stream()
        .filter(event -> AFTERMATH.contains(event.fact()))
        .flatMap(event -> event.detail(detail).stream())
        .findFirst();
  }

  private static Optional<Instant> lastLook(List<RotationEvent> events) {
    return events.reversed().stream()
        .filter(event -> event.fact() == Fact.OBSERVED || event.fact() == Fact.WATCHED)
        .map(RotationEvent::at)
        .findFirst();
  }
}
