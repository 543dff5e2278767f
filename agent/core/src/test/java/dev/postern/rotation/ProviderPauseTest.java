package dev.postern.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ProviderPauseTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private final ProviderPause pause = new ProviderPause();

  @Test
  void lastsAsLongAsTheProviderWishesButNotForEver() {
    assertThat(pause.endsAfter(NOW)).isEmpty();
    pause.asked(NOW, Optional.of(Duration.ofSeconds(30)));
    assertThat(pause.endsAfter(NOW)).contains(NOW.plusSeconds(30));
    assertThat(pause.endsAfter(NOW.plusSeconds(30))).isEmpty();
    pause.asked(NOW, Optional.of(Duration.ofDays(1)));
    assertThat(pause.endsAfter(NOW)).contains(NOW.plus(ProviderPause.LONGEST));
  }

  @Test
  void isShortWhenTheProviderDoesNotSay() {
    pause.asked(NOW, Optional.empty());
    assertThat(pause.endsAfter(NOW)).contains(NOW.plusSeconds(1));
  }

  @Test
  void aLaterAnswerDoesNotShortenIt() {
    pause.asked(NOW, Optional.of(Duration.ofSeconds(30)));
    pause.asked(NOW.plusSeconds(1), Optional.of(Duration.ofSeconds(2)));
    assertThat(pause.endsAfter(NOW.plusSeconds(1))).contains(NOW.plusSeconds(30));
  }

  @Test
  void aClockThatIsSetBackDoesNotProlongIt() {
    pause.asked(NOW, Optional.of(Duration.ofSeconds(30)));
    Instant back = NOW.minus(Duration.ofHours(1));
    assertThat(pause.endsAfter(back)).isEmpty();
    pause.asked(back, Optional.of(Duration.ofSeconds(3)));
    assertThat(pause.endsAfter(back)).contains(back.plusSeconds(3));
  }
}
