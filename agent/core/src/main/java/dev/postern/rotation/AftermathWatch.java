package dev.postern.rotation;

import dev.postern.SecretKind.Succession;
import dev.postern.issuer.AccountEntry;
import dev.postern.issuer.CredentialUse;
import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import dev.postern.rotation.Aftermath.NewEntry;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at an account's use around one leak, one look at a time, and writes down what is new.
 * Belongs to one thread; never waits itself, and never moves the rotation.
 */
final class AftermathWatch {
  private static final Logger log = LoggerFactory.getLogger(AftermathWatch.class);

  /** More entries than these are not written down: then only dated ones can be called new. */
  static final int LARGEST_BASELINE = 500;

  /** How far before the flag the leaked credential's uses are looked for. */
  private static final Duration BEFORE_THE_FLAG = Duration.ofHours(24);

  /** For how long after its end a last look is tried, when the provider is away. */
  private static final Duration LATE = Duration.ofHours(1);

  /** After the flag: what a baseline later than this misses is worth a note. */
  private static final Duration PROMPT = Duration.ofMinutes(1);

  private static final Duration UNTIL_TOLD = Duration.ofHours(1);

  /** Between two looks after the revocation; the last one is repeated. */
  private static final List<Duration> PAUSES =
      Stream.of(1, 2, 5, 10, 15, 15, 15, 15, 30, 60).map(Duration::ofMinutes).toList();

  private final Chronicle chronicle;
  private final AccountLook provider;
  private final Ownership ownership;
  private int looks;
  private Instant nextLook = Instant.MIN;
  private boolean revocationSeen;

  AftermathWatch(Chronicle chronicle, AccountLook provider, Ownership ownership) {
    this.chronicle = chronicle;
    this.provider = provider;
    this.ownership = ownership;
  }

  /**
   * Does what is due.
   *
   * @return when to look again, unless the rotation goes on before; empty when all is over
   */
  Optional<Instant> advance(Instant now) {
    List<RotationEvent> events = chronicle.events();
    if (AftermathReader.finished(events)) {
      return Optional.empty();
    }
    Optional<Instant> revokedAt = AftermathReader.revokedAt(events, chronicle.state());
    boolean ended = chronicle.state() instanceof RotationState.Ended;
    if (revokedAt.isEmpty() && !ended) {
      return Optional.of(before(now));
    }
    if (!revocationSeen) {
      revocationSeen = true;
      nextLook = now;
      looks = 0;
    }
    if (now.isBefore(nextLook)) {
      return Optional.of(nextLook);
    }
    look(now, revokedAt);
    Instant until =
        revokedAt
            .map(at -> at.plus(chronicle.state().plan().watch()))
            .orElseGet(() -> AftermathReader.withoutAftermath(events).getLast().at());
    if (isOver(now, until)) {
      finish();
      return Optional.empty();
    }
    Instant next = now.plus(PAUSES.get(Math.min(looks++, PAUSES.size() - 1)));
    nextLook = next.isAfter(until) && now.isBefore(until) ? until : next;
    return Optional.of(nextLook);
  }

  private boolean isOver(Instant now, Instant until) {
    return provider.tellsNothing()
        || (!now.isBefore(until) && !provider.incomplete())
        || !now.isBefore(until.plus(LATE));
  }

  /** Until the revocation only the state at the beginning is of interest. */
  private Instant before(Instant now) {
    if (hasBaseline() || provider.tellsNothing()) {
      return now.plus(UNTIL_TOLD);
    }
    if (!now.isBefore(nextLook)) {
      provider.entries().ifPresent(this::keepBaseline);
      nextLook = now.plus(PAUSES.get(Math.min(looks++, PAUSES.size() - 1)));
    }
    return nextLook;
  }

  private boolean hasBaseline() {
    return baseline().isPresent();
  }

  private Optional<RotationEvent> baseline() {
    return chronicle.events().stream().filter(event -> event.fact() == Fact.BASELINE).findFirst();
  }

  private void keepBaseline(List<AccountEntry> entries) {
    chronicle.record(
        Fact.BASELINE,
        entries.size() > LARGEST_BASELINE
            ? Map.of(Detail.ENTRY_COUNT, Integer.toString(entries.size()))
            : Map.of(
                Detail.ENTRIES,
                entries.stream().map(ActivityText::key).collect(Collectors.joining("\n"))));
  }

  private void look(Instant now, Optional<Instant> revokedAt) {
    Map<Detail, String> seen = new EnumMap<>(Detail.class);
    uses(seen, now, revokedAt);
    provider
        .entries()
        .ifPresent(
            entries -> {
              if (!hasBaseline()) {
                keepBaseline(entries);
              }
              seen.put(Detail.NEW_ENTRIES, ActivityText.newEntries(newEntries(entries)));
            });
    provider.users().ifPresent(users -> seen.put(Detail.USERS, ActivityText.users(users)));
    provider.links().ifPresent(links -> seen.put(Detail.LINKS, ActivityText.links(links)));
    seen.put(Detail.NOTES, String.join("\n", notes(List.of())));
    chronicle.looked(now);
    record(seen);
  }

  private void uses(Map<Detail, String> seen, Instant now, Optional<Instant> revokedAt) {
    Optional<String> id = chronicle.state().facts().oldCredential();
    if (id.isEmpty() || !usesCanBeTold()) {
      return;
    }
    Instant from = chronicle.state().plan().flaggedAt().minus(BEFORE_THE_FLAG);
    provider
        .uses(id.get(), from, revokedAt.orElse(now))
        .ifPresent(uses -> seen.put(Detail.USES_BEFORE, ActivityText.uses(uses)));
    if (revokedAt.isPresent()) {
      Instant to = ownership.takenIntoUseAfter(id.get(), revokedAt.get()).orElse(now);
      provider
          .uses(id.get(), revokedAt.get(), to)
          .ifPresent(
              uses -> {
                alarm(id.get(), uses);
                seen.put(Detail.USES_AFTER, ActivityText.uses(uses));
              });
    }
  }

  /** Whether the provider's log can tell old from new: not where both have one name. */
  private boolean usesCanBeTold() {
    Facts facts = chronicle.state().facts();
    return facts.plan().succession() != Succession.REGENERATED && !facts.inPlace();
  }

  /** Once: what is written already was told of. */
  private void alarm(String id, List<CredentialUse> uses) {
    List<RotationEvent> events = chronicle.events();
    if (!uses.isEmpty() && AftermathReader.uses(events, Detail.USES_AFTER, true).isEmpty()) {
      log.atError()
          .addKeyValue("secret", chronicle.state().plan().secret())
          .addKeyValue("rotation", chronicle.state().plan().id())
          .addKeyValue("credential", id)
          .addKeyValue("uses", uses.stream().mapToLong(CredentialUse::count).sum())
          .log(
              "the provider logged a use of the leaked credential after its revocation: the receipt"
                  + " names the addresses; ask the provider's support how it was accepted");
    }
  }

  /** What was seen before stays, with whether it is still there. */
  private List<NewEntry> newEntries(List<AccountEntry> listed) {
    Map<String, NewEntry> entries = new LinkedHashMap<>();
    for (NewEntry known : AftermathReader.newEntries(chronicle.events())) {
      entries.put(
          ActivityText.key(known),
          new NewEntry(
              known.type(),
              known.id(),
              known.description(),
              known.createdAt(),
              known.ours(),
              false));
    }
    Optional<Set<String>> before =
        baseline()
            .flatMap(event -> event.detail(Detail.ENTRIES))
            .map(text -> new HashSet<>(List.of(text.split("\n"))));
    // Providers tell whole seconds: what was made in the second of the flag counts as new.
    Instant flaggedAt = chronicle.state().plan().flaggedAt().truncatedTo(ChronoUnit.SECONDS);
    for (AccountEntry entry : listed) {
      String key = ActivityText.key(entry);
      boolean isNew =
          entry
              .createdAt()
              .map(at -> !at.isBefore(flaggedAt))
              .orElseGet(() -> before.filter(known -> !known.contains(key)).isPresent());
      if (isNew || entries.containsKey(key)) {
        entries.put(
            key,
            new NewEntry(
                entry.type(),
                entry.id(),
                entry.description(),
                entry.createdAt(),
                ownership.ours(entry),
                true));
      }
    }
    return entries.values().stream().limit(ActivityText.MOST_ENTRIES).toList();
  }

  private List<String> notes(List<String> more) {
    List<String> notes = new ArrayList<>(provider.silences());
    if (!usesCanBeTold()) {
      notes.add(
          "the old and the new value have one name in the provider's log, so that uses of the old"
              + " one cannot be told apart");
    }
    baseline()
        .map(RotationEvent::at)
        .filter(at -> at.isAfter(chronicle.state().plan().flaggedAt().plus(PROMPT)))
        .ifPresent(
            at ->
                notes.add(
                    "what has no date is told apart only from "
                        + at
                        + " on, when the account was first looked at"));
    baseline()
        .flatMap(event -> event.detail(Detail.ENTRY_COUNT))
        .ifPresent(
            count ->
                notes.add(
                    "of the account's "
                        + count
                        + " entries only those with a date are told apart"));
    notes.addAll(more);
    return notes;
  }

  /** Writes what differs from what is written. */
  private void record(Map<Detail, String> seen) {
    List<RotationEvent> events = chronicle.events();
    seen.entrySet()
        .removeIf(
            one -> AftermathReader.latest(events, one.getKey()).orElse("").equals(one.getValue()));
    if (!seen.isEmpty()) {
      chronicle.record(Fact.OBSERVED, seen);
    }
  }

  private void finish() {
    chronicle.record(
        Fact.WATCHED, Map.of(Detail.NOTES, String.join("\n", notes(provider.failures()))));
    Aftermath seen = chronicle.receipt().aftermath().orElseThrow();
    log.atInfo()
        .addKeyValue("secret", chronicle.state().plan().secret())
        .addKeyValue("rotation", chronicle.state().plan().id())
        .addKeyValue("uses_after_revocation", seen.usesAfterRevocation())
        .addKeyValue("unknown_new_entries", seen.unknownEntries().size())
        .log("the watch after a leak is over");
  }
}
