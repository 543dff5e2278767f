package dev.postern.kubernetes;

import dev.postern.journal.JournalException;
import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Fact;
import dev.postern.journal.RotationJournal;
import dev.postern.kubernetes.api.ClusterApi;
import dev.postern.kubernetes.api.ClusterException;
import dev.postern.kubernetes.api.ClusterObject;
import dev.postern.kubernetes.api.ClusterObject.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The journal of one secret's rotations in a ConfigMap, for one term of one rotator.
 *
 * <p>Opening writes the term into it, and each write names the resource version that it replaces:
 * from then on no write of an earlier rotator lands, however long it was on its way. That, and not
 * the clock, is what keeps a former rotator out.
 *
 * <p>A write whose answer was lost may have landed. The next write looks: the same event is taken
 * for recorded, and any other one replaces it, because its writer was told that it is not there.
 *
 * <p>Every agent is sent the whole of it with each write, so it is kept small: the oldest rotations
 * that are over are dropped, of a large fleet's names only the first are written, and what a
 * consumer acknowledged is written with the event that follows. Such acknowledgements are lost with
 * the process; the next rotator asks the agents themselves.
 */
public final class FleetJournal implements RotationJournal {
  /** Half of what a ConfigMap may hold. Only rotations that are not over can make it so large. */
  static final int MOST_BYTES = 512 * 1024;

  /** A dozen rotations. */
  static final int USUAL_BYTES = 64 * 1024;

  private static final int ATTEMPTS = 5;

  private final ClusterApi api;
  private final FleetNames names;
  private final Term term;
  private final String name;
  private List<RotationEvent> recovered = List.of();

  /** What is known to be recorded. */
  private JournalPage page = JournalPage.EMPTY;

  /** As it was stored last; unknown after a call that failed. */
  private @Nullable ClusterObject stored;

  /** Acknowledgements that are yet to be written. */
  private final List<RotationEvent> waiting = new ArrayList<>();

  private @Nullable String fenced;
  private boolean closed;

  private FleetJournal(ClusterApi api, FleetNames names, Term term) {
    this.api = api;
    this.names = names;
    this.term = term;
    this.name = names.journal(term.secret());
  }

  /**
   * Reads the journal and makes it this term's. Blocks for the API.
   *
   * @throws JournalException.Fenced when a later term has it
   * @throws JournalException.Unwritable when the API is away, or the term cannot act now: to be
   *     tried again while the term is not over
   * @throws JournalException with what to do
   */
  public static FleetJournal open(ClusterApi api, FleetNames names, Term term) {
    FleetJournal journal = new FleetJournal(api, names, term);
    journal.takeOver();
    return journal;
  }

  private synchronized void takeOver() {
    Fence mine = Fence.of(term);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      requireCurrent();
      try {
        Optional<ClusterObject> found = api.get(Kind.CONFIG_MAP, name);
        found
            .flatMap(object -> names.otherOwner(object, term.secret()))
            .ifPresent(
                problem -> {
                  throw new JournalException.InUse(problem);
                });
        JournalPage read = found.map(JournalPage::read).orElse(JournalPage.EMPTY);
        if (read.fence().isLaterThan(mine)) {
          throw fencedBy(read.fence());
        }
        JournalPage own = read.fencedBy(mine).at(read.revision() + 1);
        stored =
            found.isPresent()
                ? api.update(own.over(labelled(found.get())))
                : api.create(own.over(fresh()));
        page = own;
        recovered = own.events();
        return;
      } catch (ClusterException.Conflict | ClusterException.NotFound changed) {
        // Read it again.
      } catch (ClusterException failed) {
        throw unwritable(failed.getMessage());
      }
    }
    throw unwritable("it is changed by others all the time");
  }

  private ClusterObject fresh() {
    return labelled(ClusterObject.fresh(Kind.CONFIG_MAP, name, Map.of()));
  }

  private ClusterObject labelled(ClusterObject object) {
    return object.withLabels(names.labels(FleetNames.JOURNAL_ROLE, term.secret()));
  }

  @Override
  public synchronized List<RotationEvent> recovered() {
    List<RotationEvent> handedOut = recovered;
    recovered = List.of();
    return handedOut;
  }

  /**
   * Whether the next act is this agent's to do. Makes no call.
   *
   * @throws JournalException.Fenced when another agent has taken over, for good
   * @throws JournalException.Unwritable when the Lease could not be renewed in time: to be tried
   *     again
   */
  @Override
  public synchronized void requireCurrent() {
    if (fenced != null) {
      throw new JournalException.Fenced(fenced);
    }
    if (term.isOver()) {
      throw new JournalException.Fenced(
          "another agent has taken over the rotations of " + term.secret());
    }
    if (closed) {
      throw unwritable("it is closed");
    }
    if (!term.mayAct()) {
      throw unwritable("the Lease could not be renewed in time");
    }
  }

  @Override
  public synchronized void append(List<RotationEvent> events) {
    requireCurrent();
    if (events.stream().allMatch(event -> event.fact() == Fact.ACKNOWLEDGED)) {
      waiting.addAll(events);
      return;
    }
    JournalPage next = page;
    for (RotationEvent event : waiting) {
      next = JournalRoom.with(next, event);
    }
    for (RotationEvent event : events) {
      next = JournalRoom.with(next, event);
    }
    next = next.trimmedTo(USUAL_BYTES);
    if (next.bytes() > MOST_BYTES) {
      throw unwritable(
          "it is full, and every rotation in it goes on or is the latest; end what waits for a"
              + " person");
    }
    write(next, Optional.empty());
    waiting.clear();
  }

  /**
   * Records that a request was taken up or refused, so that whoever filed it stops asking. To be
   * called after the rotation was planned: a request may be taken up twice, and must not be lost.
   *
   * @param answer such as the rotation's id; no line break
   * @throws JournalException as {@link #append}
   */
  public synchronized void settle(FleetRequest request, String answer) {
    JournalPage next = page.withSettled(request.id() + " " + answer.replaceAll("\\R", " "));
    write(next.trimmedTo(USUAL_BYTES), Optional.of(request));
  }

  private void write(JournalPage next, Optional<FleetRequest> settled) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      requireCurrent();
      try {
        ClusterObject base = stored;
        if (base == null) {
          base = lookAgain();
          if (base != null && isThere(next, base)) {
            stored = base;
            page = next;
            return;
          }
        }
        store(base, next, settled);
        return;
      } catch (ClusterException.Conflict | ClusterException.NotFound changed) {
        stored = null;
      } catch (ClusterException failed) {
        stored = null;
        throw unwritable(failed.getMessage());
      }
    }
    throw unwritable("it is changed by others all the time");
  }

  private void store(
      @Nullable ClusterObject base, JournalPage next, Optional<FleetRequest> settled) {
    long revision = base == null ? page.revision() : JournalPage.revision(base);
    JournalPage written = next.at(revision + 1);
    if (base == null) {
      stored = api.create(written.over(fresh()));
    } else {
      ClusterObject changed = written.over(base);
      stored = api.update(settled.map(one -> withoutAsking(changed, one)).orElse(changed));
    }
    page = written;
  }

  /** Without the annotation by which a person asked, unless it says something else by now. */
  private static ClusterObject withoutAsking(ClusterObject object, FleetRequest request) {
    boolean same =
        FleetRequests.asked(object).map(FleetRequest::id).equals(Optional.of(request.id()));
    if (!same) {
      return object;
    }
    Map<String, String> fewer = new TreeMap<>(object.annotations());
    fewer.remove(FleetNames.ROTATE);
    return object.withAnnotations(fewer);
  }

  /** Whether a write whose answer was lost has recorded just this. */
  private static boolean isThere(JournalPage next, ClusterObject base) {
    try {
      return next.saysTheSameAs(JournalPage.read(base));
    } catch (JournalException changedByHand) {
      return false;
    }
  }

  /** The object to write over, or nothing when it was deleted. */
  private @Nullable ClusterObject lookAgain() {
    Optional<ClusterObject> found = api.get(Kind.CONFIG_MAP, name);
    if (found.isEmpty()) {
      return null;
    }
    Fence there = JournalPage.fence(found.get());
    if (there.bars(Fence.of(term))) {
      throw fencedBy(there);
    }
    return found.get();
  }

  private JournalException.Fenced fencedBy(Fence other) {
    fenced =
        "another agent ("
            + other.holder()
            + ", term "
            + other.term()
            + ") has taken over the rotations of "
            + term.secret();
    return new JournalException.Fenced(fenced);
  }

  private JournalException.Unwritable unwritable(String why) {
    return new JournalException.Unwritable(
        "cannot write the journal in the ConfigMap " + name + ": " + why, null);
  }

  /** Writes nothing more. The ConfigMap stays as it is. */
  @Override
  public synchronized void close() {
    closed = true;
  }
}
