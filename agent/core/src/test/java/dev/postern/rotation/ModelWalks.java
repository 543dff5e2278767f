package dev.postern.rotation;

import dev.postern.rotation.ModelExplorer.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which scenarios are walked, and how far. */
final class ModelWalks {
  /** Longer than any path that a budget allows, unless something goes round in circles. */
  static final int DEPTH = 60;

  static final List<ModelScenario> SCENARIOS =
      List.of(
          ModelScenario.sendingKey(Order.OVERLAP, Cause.COMPROMISED),
          ModelScenario.sendingKey(Order.OVERLAP, Cause.SCHEDULED),
          ModelScenario.sendingKey(Order.REVOKE_FIRST, Cause.COMPROMISED),
          ModelScenario.sendingKey(Order.REVOKE_FIRST, Cause.REQUESTED),
          ModelScenario.sendingKey(Order.OVERLAP, Cause.COMPROMISED).withoutStaging(),
          ModelScenario.sendingKey(Order.OVERLAP, Cause.COMPROMISED).explicitAcks().consumers(2),
          ModelScenario.alternating(Order.OVERLAP, Cause.COMPROMISED),
          ModelScenario.alternating(Order.OVERLAP, Cause.REQUESTED),
          ModelScenario.alternating(Order.REVOKE_FIRST, Cause.COMPROMISED),
          ModelScenario.inPlace(Cause.COMPROMISED),
          ModelScenario.inPlace(Cause.REQUESTED),
          ModelScenario.webhookKey(Cause.COMPROMISED),
          ModelScenario.webhookKey(Cause.REQUESTED));

  /** Both orders, and the two ways to set a chosen password. */
  static final List<ModelScenario> MOST_TELLING =
      List.of(SCENARIOS.get(0), SCENARIOS.get(2), SCENARIOS.get(6), SCENARIOS.get(9));

  static final List<ModelScenario> BOTH_ORDERS = List.of(SCENARIOS.get(0), SCENARIOS.get(2));

  /** Two of crashes, faults, cancels, marks and further requests, between steps. */
  static final ModelBudget TWO_OF_MISHAPS_AND_WISHES = new ModelBudget(2, 2, 2, 0, 0, 2, 0, false);

  private ModelWalks() {}

  static ModelBudget budget(int total, boolean interleaved) {
    return new ModelBudget(total, 2, 2, 1, 1, 2, 1, interleaved);
  }

  /** What came of several walks together. */
  record Sum(int walks, long states, long transitions, int deepest, Map<String, Integer> ends) {
    static Sum of(List<Outcome> outcomes) {
      long states = 0;
      long transitions = 0;
      int deepest = 0;
      Map<String, Integer> ends = new TreeMap<>();
      for (Outcome outcome : outcomes) {
        states += outcome.states();
        transitions += outcome.transitions();
        deepest = Math.max(deepest, outcome.deepest());
        outcome.ends().forEach((end, count) -> ends.merge(end, count, Integer::sum));
      }
      return new Sum(outcomes.size(), states, transitions, deepest, ends);
    }

    String line(ModelBudget budget, Duration took) {
      return "model: "
          + walks
          + " scenarios, paths of up to "
          + deepest
          + " actions, besides the rotation's own steps "
          + budget
          + ": "
          + states
          + " states, "
          + transitions
          + " transitions, ends "
          + ends
          + ", "
          + took.toSeconds()
          + " s";
    }
  }

  /** The invariant that is broken first in a scenario, or the empty string when none is. */
  static String firstBroken(String scenario, int total, boolean interleaved) {
    ModelScenario wanted =
        SCENARIOS.stream().filter(one -> one.name().equals(scenario)).findFirst().orElseThrow();
    try {
      ModelExplorer.explore(wanted, budget(total, interleaved), DEPTH);
      return "";
    } catch (ModelViolation violation) {
      return violation.invariant();
    }
  }
}
