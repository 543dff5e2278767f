package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What users copy out of deploy/recipes stays short enough to be read before it is copied. */
class RecipeFileTest {
  private static final int COLUMNS = 100;

  @ParameterizedTest
  @EnumSource
  void recipeHasNoMoreLinesOfCodeThanItNeeds(RecipeFile file) throws IOException {
    assertThat(file.linesOfCode()).hasSizeBetween(20, file.limit());
  }

  @ParameterizedTest
  @EnumSource
  void linesOfARecipeAreNotPackedInsteadOfCut(RecipeFile file) throws IOException {
    assertThat(file.lines())
        .map(line -> line.replace("\t", "    "))
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(COLUMNS));
  }
}
