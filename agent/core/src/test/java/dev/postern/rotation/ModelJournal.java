package dev.postern.rotation;

import dev.postern.RotationId;
import dev.postern.journal.JournalException;
import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import dev.postern.journal.RotationJournal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A disk that survives the agent, and the journal that the present agent has open on it. */
final class ModelJournal {
  final List<RotationEvent> disk = new ArrayList<>();

  /** Where each rotation stands by what the disk holds. */
  final Map<RotationId, RotationState> states = new LinkedHashMap<>();

  private final ModelFaults faults;
  private boolean stuck;

  ModelJournal(ModelFaults faults) {
    this.faults = faults;
  }

  RotationJournal open() {
    stuck = false;
    return new Opened(List.copyOf(disk));
  }

  /** Whether it takes no more records until it is opened anew. */
  boolean stuck() {
    return stuck;
  }

  List<RotationEvent> of(RotationId rotation) {
    return disk.stream().filter(event -> event.rotation().equals(rotation)).toList();
  }

  /** Whether a step of the rotation is recorded as done. */
  boolean reached(RotationId rotation, Step step) {
    return disk.stream()
        .anyMatch(
            event ->
                event.fact() == Fact.DONE
                    && event.rotation().equals(rotation)
                    && event.require(Detail.STEP).equals(step.wireName()));
  }

  /** Whether somebody asked for the rotation again after it was cancelled. */
  boolean askedAgain(RotationId rotation) {
    boolean cancelled = false;
    for (RotationEvent event : of(rotation)) {
      cancelled |= event.fact() == Fact.CANCELLED;
      if (cancelled && event.fact() == Fact.JOINED) {
        return true;
      }
    }
    return false;
  }

  private void write(RotationEvent event) {
    for (String text : event.details().values()) {
      if (text.contains(ModelProvider.SECRET_MARK)) {
        throw new ModelViolation("I8", "the journal holds a secret: " + event);
      }
    }
    disk.add(event);
    states.compute(
        event.rotation(),
        (id, state) ->
            event.fact() == Fact.PLANNED || state == null
                ? Replay.first(event)
                : Replay.next(state, event));
  }

  private final class Opened implements RotationJournal {
    private final List<RotationEvent> recovered;

    Opened(List<RotationEvent> recovered) {
      this.recovered = recovered;
    }

    @Override
    public List<RotationEvent> recovered() {
      return recovered;
    }

    @Override
    public void append(List<RotationEvent> events) {
      if (stuck) {
        throw new JournalException.Unwritable("what the disk holds is not known", null);
      }
      switch (faults.take()) {
        case NONE -> events.forEach(ModelJournal.this::write);
        case STUCK -> {
          events.forEach(ModelJournal.this::write);
          stuck = true;
          throw new JournalException.Unwritable("the disk failed to sync", null);
        }
        default -> throw new JournalException.Unwritable("the disk is full", null);
      }
    }

    @Override
    public void close() {}
  }
}
