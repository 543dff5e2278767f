package dev.postern.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.Version;
import dev.postern.failpoint.Failpoint;
import dev.postern.failpoint.Failpoint.Moment;
import dev.postern.issuer.IssuerException;
import dev.postern.logs.CapturedLogs;
import dev.postern.store.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No form of a known secret is in anything that a rotation leaves behind or says (I8). */
final class LeakCanaryTest {
  private static final String CANARY = "canary-8f3c1d5e7a9b";
  private static final String SUCCESSOR = "new-secret-";

  @TempDir(factory = RamDirectory.class)
  Path directory;

  private final List<String> said = new ArrayList<>();

  @BeforeEach
  void forgetOtherTests() {
    CapturedLogs.clear();
  }

  @Test
  void rotationThroughTroubleToItsEndLeaksNothing() throws Exception {
    try (LiveAgent agent = agent()) {
      agent.restart(Faults.answerLost(Failpoint.ISSUER_ISSUE, 1));
      publish(agent);
      Receipt receipt = agent.compromised(LiveAgent.KEY);
      said.add(receipt.toString());
      said.add(agent.awaitEnd().toString());
      say(agent);
    }
    assertThat(said.toString()).contains("state=done");
    assertClean("rotation", "promoted", "proven");
  }

  @Test
  void rotationThatGoesBackLeaksNothing() throws Exception {
    try (LiveAgent agent = agent()) {
      Gate gate = new Gate(Failpoint.STORE_PROMOTE, Moment.BEFORE);
      agent.restart(gate);
      publish(agent);
      agent.rotations.start(LiveAgent.request(LiveAgent.KEY, Cause.REQUESTED));
      gate.awaitReached();
      agent.store(LiveAgent.KEY).writtenByAnother(Map.of("api_key", CANARY + "-2"));
      gate.open();
      said.add(agent.awaitEnd().toString());
      say(agent);
    }
    assertThat(said.toString()).contains("state=rolled-back");
    assertClean("a rotation did not do what it was asked for", "rolled-back");
  }

  @Test
  void failuresAndFaultsAreToldWithoutTheSecret() throws Exception {
    try (LiveAgent agent = agent()) {
      publish(agent);
      agent.store(LiveAgent.KEY).failure =
          new StoreException.Unavailable("the store is away", null);
      try {
        agent.rotations.start(LiveAgent.request(LiveAgent.KEY, Cause.REQUESTED));
      } catch (RotationRefused refused) {
        said.add(refused.toString());
      }
      agent.store(LiveAgent.KEY).failure = null;
      agent.issuer(LiveAgent.KEY).issueFailure =
          new IssuerException.LimitReached("key limit reached");
      agent.compromised(LiveAgent.KEY);
      agent.time.awaitParks(1);
      agent.time.advance(java.time.Duration.ofMinutes(2));
      said.add(agent.awaitEnd().toString());
      said.add(
          agent.rotations.preview(LiveAgent.request(LiveAgent.KEY, Cause.REQUESTED)).toString());
      say(agent);
    }
    assertThat(said.toString()).contains("state=needs-operator", "the store is away");
    assertClean("a rotation did not do what it was asked for", "key limit reached");
  }

  @Test
  void watchAfterALeakLeaksNothing() throws Exception {
    try (LiveAgent agent = agent()) {
      FakeActivity activity = new FakeActivity();
      activity.key("old", "made by hand", Instant.EPOCH);
      agent.issuer(LiveAgent.KEY).activity = activity;
      agent.watch = java.time.Duration.ofHours(1);
      agent.restart(dev.postern.failpoint.Failpoints.NONE);
      publish(agent);
      agent.compromised(LiveAgent.KEY);
      said.add(agent.awaitEnd().toString());
      activity.use("old", "198.51.100.7", agent.time.instant().plusSeconds(1));
      agent.time.advance(java.time.Duration.ofHours(2));
      Receipt last = agent.watched.poll(20, java.util.concurrent.TimeUnit.SECONDS);
      while (last != null && !last.aftermath().orElseThrow().finished()) {
        last = agent.watched.poll(20, java.util.concurrent.TimeUnit.SECONDS);
      }
      say(agent);
    }
    assertThat(said.toString()).contains("finished=true", "198.51.100.7");
    assertClean("the watch after a leak is over", "after its revocation");
  }

  private LiveAgent agent() {
    LiveAgent agent = new LiveAgent(directory);
    agent.store(LiveAgent.KEY).current =
        new FakeStore.Entry(1, Map.of("api_key", CANARY, "api_key_id", "old"), null);
    agent.issuer(LiveAgent.KEY).live.clear();
    agent.issuer(LiveAgent.KEY).add("old", CANARY, "made by hand");
    return agent;
  }

  private static void publish(LiveAgent agent) {
    agent.serving.publish(
        LiveAgent.KEY, new Version("1"), FakeIssuer.fields(CANARY, "old"), Instant.EPOCH);
  }

  private void say(LiveAgent agent) {
    said.add(agent.serving.state(LiveAgent.KEY).toString());
    said.add(agent.rotations.list().toString());
    said.add(agent.consumers.holdings().toString());
  }

  /** The words prove that the capturing itself works. */
  private void assertClean(String... loggedWords) throws IOException {
    assertThat(CapturedLogs.text()).contains(loggedWords);
    byte[] journal = Files.readAllBytes(directory.resolve("rotations.journal"));
    assertThat(journal.length).isGreaterThan(200);
    for (String secret : List.of(CANARY, SUCCESSOR)) {
      for (String form : forms(secret)) {
        assertThat(CapturedLogs.text()).doesNotContain(form);
        assertThat(said.toString()).doesNotContain(form);
        assertThat(new String(journal, StandardCharsets.ISO_8859_1)).doesNotContain(form);
      }
    }
  }

  private static List<String> forms(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    return List.of(
        secret,
        HexFormat.of().formatHex(bytes),
        Base64.getEncoder().withoutPadding().encodeToString(bytes).substring(0, 12),
        new StringBuilder(secret).reverse().toString());
  }
}
