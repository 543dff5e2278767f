package dev.postern.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.rotation.ModelExplorer.Outcome;
import dev.postern.rotation.ModelWalks.Sum;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every interleaving within a budget, over the real engine. */
final class RotationModelTest {
  /** How much may happen on one path; {@code -Pexhaustive} sets more. */
  private static final int TOTAL = Integer.getInteger("postern.model.depth", 1);

  @Test
  void everyPromiseHoldsInEveryStateThatTheBudgetAllows() {
    long begun = System.nanoTime();
    ModelBudget budget = ModelWalks.budget(TOTAL, true);
    List<Outcome> outcomes = new ArrayList<>();
    for (ModelScenario scenario : TOTAL > 1 ? ModelWalks.SCENARIOS : ModelWalks.MOST_TELLING) {
      outcomes.add(ModelExplorer.explore(scenario, budget, ModelWalks.DEPTH));
    }
    Sum sum = Sum.of(outcomes);
    System.out.println(sum.line(budget, Duration.ofNanos(System.nanoTime() - begun)));
    assertThat(sum.deepest()).as("a path goes round in circles").isLessThan(ModelWalks.DEPTH);
    assertThat(sum.states()).isGreaterThan(5_000);
    assertThat(sum.ends()).containsKeys(Receipt.DONE, Receipt.ROLLED_BACK, Receipt.NEEDS_OPERATOR);
  }
}
