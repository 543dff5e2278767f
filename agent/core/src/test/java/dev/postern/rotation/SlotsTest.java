package dev.postern.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.rotation.Slots.Urgency;
import dev.postern.time.Signal;
import org.junit.jupiter.api.Test;

final class SlotsTest {
  private final Slots slots = new Slots(2);

  @Test
  void asManyWorkAsThereAreSlotsAndTheNextIsWokenWhenOneIsGivenBack() {
    Slots.Slot first = slots.slot(new Signal());
    Slots.Slot second = slots.slot(new Signal());
    Signal wake = new Signal();
    Slots.Slot third = slots.slot(wake);

    assertThat(first.take(Urgency.PLANNED)).isTrue();
    assertThat(first.take(Urgency.PLANNED)).isTrue();
    assertThat(second.take(Urgency.PLANNED)).isTrue();
    assertThat(third.take(Urgency.PLANNED)).isFalse();
    assertThat(wake.seen()).isZero();
    first.giveBack();
    assertThat(wake.seen()).isEqualTo(1);
    assertThat(third.take(Urgency.PLANNED)).isTrue();
    assertThat(first.take(Urgency.PLANNED)).isFalse();
  }

  @Test
  void aLeakComesBeforeWhatHasBegunAndThatBeforeWhatIsOnlyPlanned() {
    Slots one = new Slots(1);
    Slots.Slot working = one.slot(new Signal());
    Slots.Slot planned = one.slot(new Signal());
    Slots.Slot begun = one.slot(new Signal());
    Slots.Slot leak = one.slot(new Signal());
    Slots.Slot laterLeak = one.slot(new Signal());
    assertThat(working.take(Urgency.PLANNED)).isTrue();
    assertThat(planned.take(Urgency.PLANNED)).isFalse();
    assertThat(begun.take(Urgency.BEGUN)).isFalse();
    assertThat(leak.take(Urgency.LEAK)).isFalse();
    assertThat(laterLeak.take(Urgency.LEAK)).isFalse();

    working.giveBack();
    assertThat(leak.take(Urgency.LEAK)).isTrue();
    leak.giveBack();
    assertThat(laterLeak.take(Urgency.LEAK)).isTrue();
    laterLeak.giveBack();
    assertThat(begun.take(Urgency.BEGUN)).isTrue();
    begun.giveBack();
    assertThat(planned.take(Urgency.PLANNED)).isTrue();
  }

  @Test
  void oneThatBecomesALeakWhileItWaitsMovesUpAndKeepsItsPlaceAmongItsEquals() {
    Slots one = new Slots(1);
    Slots.Slot working = one.slot(new Signal());
    Slots.Slot early = one.slot(new Signal());
    Slots.Slot leak = one.slot(new Signal());
    assertThat(working.take(Urgency.PLANNED)).isTrue();
    assertThat(early.take(Urgency.PLANNED)).isFalse();
    assertThat(leak.take(Urgency.LEAK)).isFalse();

    assertThat(early.take(Urgency.LEAK)).isFalse();
    working.giveBack();
    assertThat(early.take(Urgency.LEAK)).isTrue();
  }

  @Test
  void whoLeavesTheQueueGetsNoSlotAndGivingBackTwiceMakesNone() {
    Slots.Slot first = slots.slot(new Signal());
    Slots.Slot second = slots.slot(new Signal());
    Signal wake = new Signal();
    Slots.Slot gone = slots.slot(wake);
    Slots.Slot next = slots.slot(new Signal());
    assertThat(first.take(Urgency.LEAK)).isTrue();
    assertThat(second.take(Urgency.LEAK)).isTrue();
    assertThat(gone.take(Urgency.LEAK)).isFalse();

    gone.close();
    first.giveBack();
    first.giveBack();
    assertThat(wake.seen()).isZero();
    assertThat(next.take(Urgency.PLANNED)).isTrue();
    assertThat(first.take(Urgency.LEAK)).isFalse();
  }

  @Test
  void noSlotAtAllIsAMistake() {
    assertThatThrownBy(() -> new Slots(0)).isInstanceOf(IllegalArgumentException.class);
  }
}
