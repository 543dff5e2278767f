package dev.postern.rotation;

import dev.postern.RotationId;
import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Detail;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rotations of a journal that another agent writes, as it was at one moment. Immutable. */
public final class RecordedRotations {
  private final Map<RotationId, List<RotationEvent>> rotations;

  /**
   * @param events in the order of writing; those of several secrets may be mixed
   */
  public RecordedRotations(List<RotationEvent> events) {
    Map<RotationId, List<RotationEvent>> byRotation = new LinkedHashMap<>();
    for (RotationEvent event : events) {
      byRotation.computeIfAbsent(event.rotation(), id -> new ArrayList<>()).add(event);
    }
    this.rotations = byRotation;
  }

  public Optional<Receipt> find(RotationId id) {
    return Optional.ofNullable(rotations.get(id)).map(RecordedRotations::receipt);
  }

  /** The latest first. */
  public List<Receipt> list() {
    return receipts(List.copyOf(rotations.values()));
  }

  /** Those that a bulk request of this name started or joined, the latest first. */
  public List<Receipt> batch(String name) {
    return receipts(rotations.values().stream().filter(events -> belongsTo(events, name)).toList());
  }

  private static boolean belongsTo(List<RotationEvent> events, String batch) {
    return events.stream()
        .anyMatch(event -> event.detail(Detail.BATCH).filter(batch::equals).isPresent());
  }

  private static List<Receipt> receipts(List<List<RotationEvent>> some) {
    return some.stream()
        .map(RecordedRotations::receipt)
        .sorted(Comparator.comparing(Receipt::flaggedAt).reversed())
        .toList();
  }

  private static Receipt receipt(List<RotationEvent> events) {
    return ReceiptWriter.receipt(events, Replay.all(events));
  }
}
