package dev.postern.sidecar.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.postern.SecretName;
import dev.postern.rotation.Cause;
import dev.postern.rotation.Order;
import dev.postern.rotation.Receipt;
import dev.postern.rotation.RotationRefused;
import dev.postern.rotation.RotationRequest;
import dev.postern.serving.RefreshOutcome;
import dev.postern.serving.StoreCondition;
import dev.postern.sidecar.http.Limits;
import dev.postern.sidecar.http.RequestMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServerTest {
  private static final String ROTATIONS = "/v1/secrets/sending-key/rotations";
  private static final String REFRESH = "/v1/secrets/sending-key/refresh";

  private final SocketFixture fixture = new SocketFixture();
  private final FakeRotations rotations = new FakeRotations();
  private volatile RefreshOutcome.Result refreshed = RefreshOutcome.Result.UNCHANGED;
  private final Path path = fixture.directory.resolve("admin.sock");
  private final AdminServer server = start(path, Set.of(SocketFixture.UID));

  private AdminServer start(Path where, Set<Integer> administrators) {
    return AdminServer.start(
        fixture.loop,
        new SocketServerConfig(
            where,
            PosixFilePermissions.fromString("rw-------"),
            Optional.empty(),
            Limits.standard()),
        new AdminServer.Services(
            fixture.catalog,
            new AccessPolicy(
                Map.of(),
                administrators.stream().map(AccessPolicy.Rule::ofUid).toList(),
                SocketFixture.UID),
            fixture.consumers,
            rotations,
            fixture.clock,
            RequestMetrics.NONE,
            name -> new RefreshOutcome(refreshed, fixture.catalog.state(name)),
            new AdminServer.AgentFacts("0.1.0", "prod-eu", "/var/lib/postern", Map.of())));
  }

  @AfterEach
  void close() {
    server.close();
    fixture.close();
  }

  private RawClient.Answer send(String method, String target, String body) {
    try (RawClient client = RawClient.connect(path)) {
      return client.request(method, target, body);
    }
  }

  @Test
  void theSocketIsForItsOwnerOnly() throws IOException {
    assertThat(Files.getPosixFilePermissions(path))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void aRotationIsStartedAsItWasAskedFor() throws IOException {
    RawClient.Answer answer =
        send(
            "POST",
            ROTATIONS,
            "{\"cause\":\"compromised\",\"reason\":\"seen in a paste\",\"deadline\":\"90s\","
                + "\"order\":\"revoke-first\"}");

    assertThat(answer.status()).isEqualTo(202);
    Map<String, Object> receipt = JSON.std.mapFrom(answer.body());
    assertThat(answer.header("location")).isEqualTo("/v1/rotations/" + receipt.get("id"));
    RotationRequest request = rotations.requests.getFirst();
    assertThat(request.cause()).isEqualTo(Cause.COMPROMISED);
    assertThat(request.reason()).isEqualTo("seen in a paste");
    assertThat(request.deadline()).contains(Duration.ofSeconds(90));
    assertThat(request.order()).contains(Order.REVOKE_FIRST);
    assertThat(request.requestedBy()).startsWith("uid " + SocketFixture.UID + " pid ");
  }

  @ParameterizedTest
  @CsvSource({"CHANGED, true", "UNCHANGED, false"})
  void aRefreshTellsWhatIsServedNowAndWhetherItIsNew(RefreshOutcome.Result result, boolean changed)
      throws IOException {
    refreshed = result;
    RawClient.Answer answer = send("POST", REFRESH, "");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(JSON.std.mapFrom(answer.body()))
        .containsEntry("name", "sending-key")
        .containsEntry("version", "7")
        .containsEntry("state", "primary")
        .containsEntry("changed", changed)
        .doesNotContainKey("fields");
  }

  @ParameterizedTest
  @CsvSource({
    "REFUSED, 409, store-refused, not for you",
    "UNREACHABLE, 503, store-unreachable, not for you",
    "FAULT, 500, internal, see the agent's log"
  })
  void aRefreshThatFailsSaysWhy(
      RefreshOutcome.Result result, int status, String type, String detail) throws IOException {
    refreshed = result;
    fixture.catalog.fail("sending-key", "not for you");
    RawClient.Answer answer = send("POST", REFRESH, "{}");

    assertThat(answer.status()).isEqualTo(status);
    assertThat(JSON.std.mapFrom(answer.body()))
        .containsEntry("type", "urn:postern:problem:" + type)
        .containsEntry("detail", detail);
  }

  @Test
  void aRefreshIsPostedForASecretThatThereIsAndSaysNothingElse() {
    assertThat(send("POST", "/v1/secrets/nobody/refresh", "").status()).isEqualTo(404);
    assertThat(send("GET", REFRESH, "").status()).isEqualTo(405);
    assertThat(send("POST", REFRESH, "{\"force\":true}").status()).isEqualTo(400);
  }

  @Test
  void statusTellsHowTheStoresAnswer() throws IOException {
    fixture.catalog.condition(
        new StoreCondition(
            "fake",
            StoreCondition.State.UNREACHABLE,
            Optional.of(Instant.parse("2026-01-02T03:04:05Z")),
            Optional.of("connection refused"),
            Optional.of(Instant.parse("2026-01-02T03:05:05Z"))));

    assertThat(JSON.std.mapFrom(send("GET", "/v1/status", "").body()).get("stores"))
        .isEqualTo(
            List.of(
                Map.of(
                    "name", "fake",
                    "state", "unreachable",
                    "since", "2026-01-02T03:04:05Z",
                    "next_look_at", "2026-01-02T03:05:05Z",
                    "problem", "connection refused")));
  }

  @Test
  void statusTellsWhatIsFiledAndNotTakenUp() throws IOException {
    Receipt filed =
        FakeRotations.receipt(new SecretName("sending-key"), Cause.COMPROMISED, Receipt.FILED);
    rotations.receipts.add(filed);

    assertThat(
            String.valueOf(JSON.std.mapFrom(send("GET", "/v1/status", "").body()).get("blocking")))
        .contains(
            "sending-key: request "
                + filed.id()
                + " (compromised) is filed since "
                + FakeRotations.START
                + " and not taken up: ");
  }

  @Test
  void withoutABodyARotationIsMerelyRequested() {
    assertThat(send("POST", ROTATIONS, "").status()).isEqualTo(202);
    assertThat(rotations.requests.getFirst().cause()).isEqualTo(Cause.REQUESTED);
  }

  @Test
  void aDryRunShowsAndStartsNothing() throws IOException {
    RawClient.Answer answer = send("POST", ROTATIONS, "{\"dry_run\":true}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(JSON.std.mapFrom(answer.body()))
        .containsEntry("secret", "sending-key")
        .containsEntry("current_version", "7")
        .containsEntry("steps", java.util.List.of("issue", "revoke"))
        .containsEntry("deadline_seconds", 60.0);
    assertThat(rotations.requests).isEmpty();
  }

  @Test
  void aBatchIsPassedOnAndWhatItHasRotatedBeforeIsAnsweredAsDone() throws IOException {
    assertThat(send("POST", ROTATIONS, "{\"batch\":\"breach-7\"}").status()).isEqualTo(202);
    assertThat(rotations.requests.getFirst().batch()).contains("breach-7");

    rotations.startsAs = Receipt.DONE;
    RawClient.Answer again = send("POST", ROTATIONS, "{\"batch\":\"breach-7\"}");
    assertThat(again.status()).isEqualTo(200);
    assertThat(JSON.std.mapFrom(again.body())).containsEntry("state", "done");
  }

  @Test
  void theRotationsOfOneBatchCanBeAskedFor() throws IOException {
    Receipt receipt =
        FakeRotations.receipt(
            fixture.catalog.definitions().getFirst().name(), Cause.COMPROMISED, Receipt.DONE);
    rotations.batches.put("breach-7", java.util.List.of(receipt));

    assertThat(JSON.std.listFrom(send("GET", "/v1/rotations?batch=breach-7", "").body()))
        .hasSize(1);
    assertThat(JSON.std.listFrom(send("GET", "/v1/rotations?batch=other", "").body())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"causes\":\"compromised\"}",
        "{\"cause\":\"boredom\"}",
        "{\"order\":\"sideways\"}",
        "{\"deadline\":\"soon\"}",
        "{\"deadline\":\"0s\"}",
        "{\"deadline\":60}",
        "{\"dry_run\":\"yes\"}",
        "{\"batch\":\"two words\"}",
        "{\"batch\":\"\"}",
        "{\"cause\":",
        "[1]",
      })
  void aBodyThatMakesNoSenseStartsNothing(String body) {
    RawClient.Answer answer = send("POST", ROTATIONS, body);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(rotations.requests).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "UNKNOWN_SECRET, 404, unknown-secret",
    "NOT_ROTATABLE, 409, not-rotatable",
    "STORE_READ_ONLY, 409, store-read-only",
    "NOT_NOW, 503, not-now",
    "STORE_UNREACHABLE, 503, store-unreachable"
  })
  void aRefusalIsAProblem(RotationRefused.Reason reason, int status, String type) {
    rotations.refusal = new RotationRefused(reason, "because of this");
    RawClient.Answer answer = send("POST", ROTATIONS, "");
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body()).contains("urn:postern:problem:" + type, "because of this");
  }

  @Test
  void anUnknownSecretIsToldToAnAdministrator() {
    assertThat(send("POST", "/v1/secrets/nothing/rotations", "").status()).isEqualTo(404);
    assertThat(send("POST", "/v1/secrets/..%2f/rotations", "").status()).isEqualTo(404);
    assertThat(send("GET", "/v1/consumers?name=nothing", "").status()).isEqualTo(404);
  }

  @Test
  void aReceiptShowsEveryStepWithItsTime() throws IOException {
    Receipt receipt =
        FakeRotations.receipt(
            fixture.catalog.definitions().getFirst().name(), Cause.COMPROMISED, Receipt.DONE);
    rotations.receipts.add(receipt);

    Map<String, Object> json =
        JSON.std.mapFrom(send("GET", "/v1/rotations/" + receipt.id(), "").body());

    assertThat(json)
        .containsEntry("state", "done")
        .containsEntry("requested_by", "uid 0")
        .containsEntry("time_to_revoke_seconds", 3.0)
        .containsEntry(
            "steps",
            java.util.List.of(
                Map.of(
                    "step", "issue",
                    "started_at", "2026-01-02T03:04:05Z",
                    "finished_at", "2026-01-02T03:04:06.500Z",
                    "seconds", 1.5,
                    "attempts", 1,
                    "detail", "new-id")));
    assertThat(JSON.std.listFrom(send("GET", "/v1/rotations", "").body())).hasSize(1);
  }

  @Test
  void aRotationIsCancelledOrItIsTooLate() {
    Receipt receipt =
        FakeRotations.receipt(
            fixture.catalog.definitions().getFirst().name(), Cause.REQUESTED, Receipt.DONE);
    rotations.receipts.add(receipt);
    String target = "/v1/rotations/" + receipt.id();

    assertThat(send("DELETE", target, "").status()).isEqualTo(202);
    assertThat(rotations.cancelled).containsExactly(receipt.id());
    rotations.refusal =
        new RotationRefused(RotationRefused.Reason.TOO_LATE, "its successor is promoted");
    assertThat(send("DELETE", target, "").status()).isEqualTo(409);
    assertThat(send("DELETE", "/v1/rotations/no-id", "").status()).isEqualTo(404);
    assertThat(send("GET", "/v1/rotations/no-id", "").status()).isEqualTo(404);
    assertThat(send("PUT", target, "").status()).isEqualTo(405);
  }

  @Test
  void aPersonsTaskIsMarkedAndOnlyAsDoneOrOpen() throws IOException {
    Receipt receipt = FakeRotations.leak(new SecretName("sending-key"));
    rotations.receipts.add(receipt);
    String target = "/v1/rotations/" + receipt.id() + "/tasks/password-a%40x.example";

    RawClient.Answer answer = send("PUT", target, "{\"state\":\"done\"}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body())
        .contains(
            "\"watch\":{\"from\":\"2026-01-02T03:04:05Z\"",
            "\"after_revocation\":true",
            "\"type\":\"allow_list_entry\"",
            "\"made_by\":\"unknown\"",
            "\"task\":\"ticket\"",
            "\"state\":\"manual\"");
    assertThat(rotations.marked)
        .singleElement()
        .asString()
        .startsWith(receipt.id() + " password-a@x.example true uid ");

    assertThat(send("PUT", target, "{\"state\":\"perhaps\"}").status()).isEqualTo(400);
    assertThat(send("PUT", target, "").status()).isEqualTo(400);
    assertThat(send("PUT", target, "{\"state\":\"done\",\"by\":\"me\"}").status()).isEqualTo(400);
    assertThat(send("GET", target, "").status()).isEqualTo(405);
    assertThat(send("PUT", "/v1/rotations/no-id/tasks/ticket", "{\"state\":\"open\"}").status())
        .isEqualTo(404);
    rotations.refusal =
        new RotationRefused(RotationRefused.Reason.UNKNOWN_TASK, "leaves no such task");
    assertThat(send("PUT", target, "{\"state\":\"open\"}").body())
        .contains("urn:postern:problem:unknown-task");
  }

  @Test
  void consumersAndStatusShowWhoHoldsWhat() throws IOException {
    try (RawClient consumer = fixture.client()) {
      consumer.get("/v1/secrets/sending-key");
      fixture.publish("8");
      fixture.catalog.fail("sending-key", "store prod cannot be reached");

      assertThat(JSON.std.listFrom(send("GET", "/v1/consumers?name=sending-key", "").body()))
          .singleElement()
          .satisfies(
              holding ->
                  assertThat(String.valueOf(holding))
                      .contains("secret=sending-key", "version=7")
                      .contains("acknowledged=true", "connected=true")
                      .contains("since=2026-01-02T03:04:05Z", "watching=false"));
      Map<String, Object> status = JSON.std.mapFrom(send("GET", "/v1/status", "").body());
      assertThat(status)
          .containsEntry("agent_version", "0.1.0")
          .containsEntry("installation", "prod-eu")
          .containsEntry("journal", "/var/lib/postern")
          .containsKeys("memory_protection", "memory_locked", "rotations_in_progress");
      assertThat(String.valueOf(status.get("blocking")))
          .contains("store prod cannot be reached")
          .contains("holds version 7 and has not acknowledged version 8");
      assertThat(String.valueOf(status)).doesNotContain(SocketFixture.CANARY);
      assertThat(JSON.std.listFrom(send("GET", "/v1/secrets", "").body())).hasSize(3);
    }
  }

  @Test
  void whoWatchesIsShownWithoutAVersionUntilItFetchesOne() throws IOException {
    try (RawClient poller = fixture.client()) {
      try (RawClient watcher = fixture.client()) {
        watcher.start("GET", "/v1/watch?name=sending-key", "").answer(false);
        watcher.event();
        fixture.clock.advance(Duration.ofSeconds(90));

        assertThat(consumer("sending-key"))
            .doesNotContainKeys("version", "acknowledged", "last_seen")
            .containsEntry("watching", true)
            .containsEntry("connected", true)
            .containsEntry("since", "2026-01-02T03:04:05Z")
            .containsEntry("age_seconds", 90.0)
            .containsEntry("pid", (int) ProcessHandle.current().pid());
        assertThat(JSON.std.listFrom(send("GET", "/v1/consumers?name=login", "").body())).isEmpty();
        fixture.publish("8");
        assertThat(send("GET", "/v1/status", "").body())
            .as("who has nothing is not waited for")
            .doesNotContain("has not acknowledged");
        poller.get("/v1/secrets/sending-key");
      }
      awaitConsumer("watching", false);
      assertThat(consumer("sending-key"))
          .containsEntry("version", "8")
          .containsEntry("since", "2026-01-02T03:05:35Z")
          .containsEntry("age_seconds", 0.0);

      poller.start("GET", "/v1/secrets/sending-key?wait=60s", "");
      awaitConsumer("watching", true);
      fixture.publish("9");
      assertThat(poller.answer().status()).isEqualTo(200);
      assertThat(consumer("sending-key"))
          .containsEntry("version", "9")
          .containsEntry("watching", false);
    }
  }

  private Map<String, Object> consumer(String secret) throws IOException {
    List<Object> rows = JSON.std.listFrom(send("GET", "/v1/consumers?name=" + secret, "").body());
    assertThat(rows).hasSize(1);
    @SuppressWarnings("unchecked") // A row is an object.
    Map<String, Object> row = (Map<String, Object>) rows.getFirst();
    return row;
  }

  /** The other connection's request may still be on its way. */
  private void awaitConsumer(String member, Object value) throws IOException {
    long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!value.equals(consumer("sending-key").get(member)) && System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    assertThat(consumer("sending-key")).containsEntry(member, value);
  }

  @Test
  void whoeverIsNotOnTheListIsDenied() {
    Path closed = fixture.directory.resolve("closed.sock");
    AdminServer strict = start(closed, Set.of(SocketFixture.UID + 1));
    try {
      RawClient.Answer answer = RawClient.get(closed, "/v1/status");
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.body()).contains("urn:postern:problem:denied");
    } finally {
      strict.close();
    }
  }
}
