package dev.postern.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.journal.RotationEvent;
import dev.postern.kubernetes.AgentIdentity.Role;
import dev.postern.kubernetes.api.ClusterObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is asked for in a fleet, and what its journals tell. */
final class FleetMessagesTest extends FleetScene {
  @Test
  void aRequestAtAnyAgentReachesTheRotatorAndIsTakenAwayWhenItIsSettled() {
    Agent app = reader("app-1");
    FleetRequest request = request("r-1");
    app.fleet.ask(request);
    soon();
    assertThat(rotator.requests).contains(request);
    assertThat(rotator.fleet.requests()).containsExactly(request);

    rotate(journal -> journal.settle(request, "rotation 1"));
    soon();

    assertThat(app.fleet.news(SECRET).orElseThrow().settled()).containsEntry("r-1", "rotation 1");
    assertThat(rotator.fleet.requests()).isEmpty();
    assertThat(FleetRequests.read(lease("app-1").annotations())).isEmpty();
  }

  @Test
  void aRequestOutlivesTheAgentAtWhichItWasAsked() {
    Agent app = reader("app-1");
    FleetRequest request = request("r-1");
    app.fleet.ask(request);
    soon();
    app.host.kill();
    Agent again = new Agent("app-1", Role.READER, "run-2");
    soon();
    assertThat(FleetRequests.read(lease("app-1").annotations())).containsExactly(request);

    rotate(journal -> journal.settle(request, "rotation 1"));
    soon();

    assertThat(FleetRequests.read(lease("app-1").annotations())).isEmpty();
    assertThat(again.fleet.news(SECRET)).isPresent();
  }

  @Test
  void requestsForManySecretsThatAreAnsweredAtOnceAreAllTakenAway() {
    Agent app = reader("app-1");
    app.fleet.ask(request("r-1", "one"));
    app.fleet.ask(request("r-2", "two"));
    soon();
    assertThat(FleetRequests.read(lease("app-1").annotations())).hasSize(2);

    rotate("one", journal -> journal.settle(request("r-1", "one"), "rotation 1"));
    rotate("two", journal -> journal.settle(request("r-2", "two"), "rotation 2"));
    soon();

    assertThat(FleetRequests.read(lease("app-1").annotations())).isEmpty();
  }

  @Test
  void whatIsAskedForManySecretsComesInParts() {
    Agent app = reader("app-1");
    for (int i = 0; i < 500; i++) {
      app.fleet.ask(request("r-" + i, "secret-" + i));
    }
    int answered = 0;
    while (answered < 500) {
      soon();
      int bytes =
          lease("app-1").annotations().entrySet().stream()
              .mapToInt(note -> note.getKey().length() + note.getValue().length())
              .sum();
      assertThat(bytes).as("all annotations of an object").isLessThan(256 * 1024);
      List<FleetRequest> asked = FleetRequests.read(lease("app-1").annotations());
      assertThat(asked).isNotEmpty();
      asked.forEach(one -> rotate(one.secret(), journal -> journal.settle(one, "rotation")));
      answered += asked.size();
    }
    soon();

    assertThat(FleetRequests.read(lease("app-1").annotations())).isEmpty();
    assertThat(rotator.requests.stream().map(FleetRequest::id).distinct()).hasSize(500);
  }

  @Test
  void anAgentOfManySecretsThatAllLagStillSaysWhatItHolds() {
    Map<String, Held> holds = new TreeMap<>();
    for (int i = 0; i < 600; i++) {
      List<String> lagging = java.util.Collections.nCopies(20, "uid 1000 pid 4711 (" + i + ")");
      holds.put("secret-" + i, new Held("7", 30, 10, lagging));
    }
    reader("app-1").fleet.report(holds);
    soon();

    assertThat(lease("app-1").annotations().getOrDefault(FleetNames.HOLDS, ""))
        .hasSizeLessThan(64 * 1024);
    assertThat(rotator.fleet.lagging("secret-599", "7"))
        .containsExactly(new Laggard("app-1", "20 consumers lag"));
  }

  private static FleetRequest request(String id) {
    return request(id, SECRET);
  }

  private static FleetRequest request(String id, String secret) {
    return new FleetRequest(
        id,
        secret,
        "compromised",
        "seen on \"GitHub\"\nat night",
        "uid 0",
        Optional.of(Duration.ofSeconds(60)),
        Optional.of("overlap"),
        Optional.of("batch-1"),
        Instant.parse("2026-01-02T03:04:05Z"));
  }

  @Test
  void anAnnotationOnTheJournalIsARequest() {
    rotate(journal -> {});
    ClusterObject journal = journal();
    cluster.edit(journal.withAnnotations(Map.of(FleetNames.ROTATE, "compromised")));
    soon();

    assertThat(rotator.requests).extracting(FleetRequest::cause).containsExactly("compromised");
    assertThat(rotator.requests.getFirst().secret()).isEqualTo(SECRET);
  }

  @Test
  void aPromotionReachesEveryAgentByPushAndTellsWhatIsTainted() {
    Agent app = reader("app-1");
    rotate(
        journal -> {
          journal.append(JournalEvents.planned(JournalEvents.rotation(1), "compromised", "7"));
          journal.append(JournalEvents.promoted(JournalEvents.rotation(1), "8"));
        });
    soon();

    SecretNews last = app.news.getLast();
    assertThat(last.promoted().orElseThrow().version()).isEqualTo("8");
    assertThat(last.tainted()).containsExactly("7");
    assertThat(last.running()).containsExactly(JournalEvents.rotation(1));
  }

  @Test
  void journalEventsInAnyOrderNeverLeadBack() {
    Agent app = reader("app-1");
    app.client.way.eventDelay = Duration.ofSeconds(9);
    rotate(
        journal -> {
          for (int number = 1; number <= 8; number++) {
            JournalEvents.whole(number, 3).forEach(journal::append);
          }
        });
    time.runFor(Duration.ofSeconds(12));

    assertThat(app.news).isSortedAccordingTo(Comparator.comparingLong(SecretNews::revision));
    assertThat(app.news.getLast().promoted().orElseThrow().version()).isEqualTo("9");
    assertThat(app.news.getLast().running()).isEmpty();
  }

  @Test
  void aJournalThatCannotBeReadIsNoNewsAndTheNextSoundOneIs() {
    Agent app = reader("app-1");
    rotate(journal -> JournalEvents.whole(1, 3).forEach(journal::append));
    soon();
    ClusterObject sound = journal();
    Map<String, String> data = new TreeMap<>(sound.data());
    data.put("sequence", "77");
    cluster.edit(sound.withData(data));
    soon();
    assertThat(app.fleet.news(SECRET).orElseThrow().promoted().orElseThrow().version())
        .isEqualTo("2");

    cluster.edit(sound);
    List<RotationEvent> more = JournalEvents.whole(2, 3);
    rotate(journal -> more.forEach(journal::append));
    soon();
    assertThat(app.fleet.news(SECRET).orElseThrow().promoted().orElseThrow().version())
        .isEqualTo("3");
  }
}
