package dev.postern.sidecar.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RequestRateTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  @Test
  void floodOfOneUserTakesNothingFromAnother() {
    RequestRate rate = new RequestRate(3);
    for (int i = 0; i < 1000; i++) {
      assertThat(rate.admits(1000, 0)).isEqualTo(i < 3);
    }
    for (int i = 0; i < 3; i++) {
      assertThat(rate.admits(1001, 0)).isTrue();
    }
  }

  @Test
  void refusedRequestsDoNotPutOffTheNext() {
    RequestRate rate = new RequestRate(2);
    for (int tenth = 0; tenth < 10; tenth++) {
      rate.admits(1000, tenth * SECOND / 10);
      rate.admits(1000, tenth * SECOND / 10);
    }

    assertThat(rate.admits(1000, 3 * SECOND)).isTrue();
    assertThat(rate.admits(1000, 3 * SECOND)).isTrue();
    assertThat(rate.admits(1000, 3 * SECOND)).as("more than a second's").isFalse();
  }
}
