package dev.postern.sidecar.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchersIT {
  private final SocketFixture fixture = new SocketFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void twoHundredWatchersAllSeeTheChange() throws IOException {
    List<RawClient> watchers = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        RawClient client = fixture.client();
        watchers.add(client);
        client.start("GET", "/v1/watch", "").answer(false);
        client.event();
      }
      fixture.publish("8");
      for (RawClient watcher : watchers) {
        assertThat(watcher.event()).contains("\"version\":\"8\"");
      }
    } finally {
      watchers.forEach(RawClient::close);
    }
  }

  @Test
  void aWatcherThatDoesNotReadMissesStatesInBetweenButNotTheLast() throws IOException {
    int changes = 30_000;
    try (RawClient slow = fixture.client();
        RawClient other = fixture.client()) {
      slow.start("GET", "/v1/watch", "").answer(false);
      for (int version = 8; version <= changes; version++) {
        fixture.publish(Integer.toString(version));
        if (version % 10 == 0) {
          other.request("HEAD", "/v1/secrets/sending-key", "");
        }
      }
      int seen = 0;
      String event;
      do {
        event = slow.event();
        seen++;
      } while (!event.contains("\"version\":\"" + changes + "\""));
      // A watcher that keeps up would have been sent at least one event per round trip.
      assertThat(seen).isLessThan((changes / 10) * 9 / 10);
    }
  }
}
