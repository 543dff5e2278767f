package dev.postern.failpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.failpoint.Failpoint.Moment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FailpointsTest {

  @Test
  void actIsBetweenItsMoments() {
    List<String> order = new ArrayList<>();
    Failpoints failpoints = (failpoint, moment) -> order.add(moment.name());
    String answer =
        failpoints.around(
            Failpoint.STORE_HEAD,
            () -> {
              order.add("act");
              return "answer";
            });

    assertThat(answer).isEqualTo("answer");
    assertThat(order).containsExactly("BEFORE", "act", "ANSWER_LOST", "AFTER");
  }

  @Test
  void placesThatAreNotNamedAreLeftAlone() {
    Failpoints halting = HaltingFailpoints.parse("STORE_PROMOTE:AFTER:2");

    assertThatCode(
            () -> {
              halting.reach(Failpoint.STORE_PROMOTE, Moment.BEFORE);
              halting.reach(Failpoint.STORE_STAGE, Moment.AFTER);
              halting.reach(Failpoint.STORE_PROMOTE, Moment.AFTER);
            })
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "STORE_PROMOTE",
        "STORE_PROMOTE:LATER",
        "NOWHERE:AFTER",
        "A:B:C:D",
        "STORE_HEAD:AFTER:x"
      })
  void placeThatDoesNotExistIsRefused(String text) {
    assertThatThrownBy(() -> HaltingFailpoints.parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void withoutThePropertyNothingHappens() {
    assertThat(System.getProperty(Failpoints.HALT_PROPERTY)).isNull();
    assertThat(Failpoints.ofSystemProperty()).isSameAs(Failpoints.NONE);
  }
}
