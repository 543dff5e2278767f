package dev.postern.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.rotation.ModelExplorer.Outcome;
import dev.postern.rotation.ModelWalks.Sum;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every interleaving within a budget, over the real engine. */
final class RotationModelTest {

  @Test
  void everyPromiseHoldsWhateverHappensOnceInTheMostTellingScenarios() {
    Sum sum = walk(ModelWalks.MOST_TELLING, ModelWalks.budget(1, true));
    assertThat(sum.states()).isGreaterThan(5_000);
  }

  @Tag("exhaustive")
  @Test
  void everyPromiseHoldsWhateverHappensOnce() {
    Sum sum = walk(ModelWalks.SCENARIOS, ModelWalks.budget(1, true));
    assertThat(sum.states()).isGreaterThan(10_000);
  }

  @Tag("exhaustive")
  @Test
  void everyPromiseHoldsWhateverTwoMishapsAndWishesComeTogether() {
    Sum sum = walk(ModelWalks.BOTH_ORDERS, ModelWalks.TWO_OF_MISHAPS_AND_WISHES);
    assertThat(sum.states()).isGreaterThan(20_000);
  }

  private static Sum walk(List<ModelScenario> scenarios, ModelBudget budget) {
    long begun = System.nanoTime();
    List<Outcome> outcomes =
        scenarios.parallelStream()
            .map(scenario -> ModelExplorer.explore(scenario, budget, ModelWalks.DEPTH))
            .toList();
    Sum sum = Sum.of(outcomes);
    System.out.println(sum.line(budget, Duration.ofNanos(System.nanoTime() - begun)));
    assertThat(sum.deepest()).as("a path goes round in circles").isLessThan(ModelWalks.DEPTH);
    assertThat(sum.ends()).containsKey(Receipt.DONE);
    return sum;
  }
}
