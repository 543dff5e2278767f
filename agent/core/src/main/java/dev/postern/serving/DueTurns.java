package dev.postern.serving;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Which secrets one look at a store is for. */
final class DueTurns {
  /** No store has a call for more, and a store without one takes long enough for so many. */
  static final int MOST = 100;

  private DueTurns() {}

  /** Those whose turn it is, filled up with those whose turn it nearly is. */
  static List<Turn> together(List<Turn> turns, Instant now) {
    List<Turn> due = new ArrayList<>();
    add(due, turns, now, false);
    if (!due.isEmpty()) {
      add(due, turns, now, true);
    }
    return due;
  }

  private static void add(List<Turn> due, List<Turn> turns, Instant now, boolean nearly) {
    for (Turn turn : turns) {
      if (due.size() == MOST) {
        return;
      }
      if (turn.due(now, nearly) && turn.due(now, false) != nearly) {
        due.add(turn);
      }
    }
  }
}
