package dev.postern.sidecar.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.SecretName;
import dev.postern.rotation.Cause;
import dev.postern.rotation.Receipt;
import dev.postern.rotation.RotationStanding;
import dev.postern.rotation.Step;
import dev.postern.serving.StoreCondition;
import dev.postern.serving.StoreCondition.State;
import dev.postern.sidecar.server.FakeCatalog;
import dev.postern.sidecar.server.FakeRotations;
import dev.postern.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PosternMetricsTest {
  private final MetricsFixture fixture = new MetricsFixture();

  @AfterEach
  void close() {
    fixture.metrics.close();
  }

  @Test
  void everythingIsThereFromTheStartAtZero() {
    assertThat(fixture.metrics.scrape())
        .contains(
            "postern_secret_changes_total{secret=\"sending-key\"} 0.0",
            "postern_rotations_total{cause=\"compromised\",outcome=\"done\","
                + "secret=\"sending-key\"} 0.0",
            "postern_rotation_step_seconds_count{step=\"revoke\"} 0",
            "postern_time_to_revoke_seconds_count{secret=\"sending-key\"} 0",
            "postern_time_to_revoke_seconds_bucket{secret=\"sending-key\",le=\"900.0\"} 0",
            "postern_rotation_in_progress{secret=\"sending-key\"} 0.0",
            "postern_consumers{holds=\"current\",secret=\"sending-key\"} 0.0",
            "postern_consumers_lagging{secret=\"sending-key\"} 0.0",
            "postern_secret_state{secret=\"sending-key\",state=\"primary\"} 0.0",
            "postern_secret_age_seconds{secret=\"sending-key\"} NaN",
            "postern_build_info{java=\"",
            "postern_secret_info{");
  }

  @Test
  void theServedVersionItsAgesAndItsHoldersAreShown() {
    fixture.publish("7");
    fixture.fetch("7");
    fixture.publish("8");
    fixture.clock.advance(Duration.ofSeconds(90));
    fixture.catalog.taint("sending-key");
    fixture.catalog.fail("sending-key", "away");

    assertThat(fixture.metrics.scrape())
        .contains(
            "postern_secret_info{kind=\"mailgun-sending-key\",secret=\"sending-key\","
                + "store=\"fake\",version=\"8\"} 1",
            "postern_secret_changes_total{secret=\"sending-key\"} 1.0",
            "postern_secret_age_seconds{secret=\"sending-key\"} 90.0",
            "postern_secret_staleness_seconds{secret=\"sending-key\"} 90.0",
            "postern_secret_state{secret=\"sending-key\",state=\"primary\"} 1.0",
            "postern_secret_state{secret=\"sending-key\",state=\"tainted\"} 1.0",
            "postern_secret_state{secret=\"sending-key\",state=\"stale\"} 1.0",
            "postern_secret_state{secret=\"sending-key\",state=\"expired\"} 0.0",
            "postern_consumers{holds=\"current\",secret=\"sending-key\"} 0.0",
            "postern_consumers{holds=\"previous\",secret=\"sending-key\"} 1.0",
            "postern_consumers_lagging{secret=\"sending-key\"} 1.0");
  }

  @Test
  void storeThatIsLeftAloneIsShown() {
    FakeCatalog catalog = new FakeCatalog();
    catalog.condition(condition("box", State.FAILING), condition("prod", State.UNREACHABLE));
    try (PosternMetrics metrics = new PosternMetrics("0.1.0")) {
      metrics.secrets(catalog, fixture.consumers, fixture.clock);
      assertThat(metrics.scrape())
          .contains(
              "postern_store_breaker_open{store=\"box\"} 0.0",
              "postern_store_breaker_open{store=\"prod\"} 1.0");

      catalog.condition(condition("box", State.ANSWERING), condition("prod", State.ANSWERING));
      assertThat(metrics.scrape()).contains("postern_store_breaker_open{store=\"prod\"} 0.0");
    }
  }

  private static StoreCondition condition(String store, State state) {
    return new StoreCondition(store, state, Optional.empty(), Optional.empty(), Optional.empty());
  }

  @Test
  void aRotationLeavesItsTimes() {
    fixture.rotations.rotationStarted(MetricsFixture.SECRET);
    assertThat(fixture.metrics.scrape())
        .contains("postern_rotation_in_progress{secret=\"sending-key\"} 1.0");

    fixture.rotations.stepFinished(Step.ISSUE, Duration.ofMillis(1500));
    fixture.rotations.rotationEnded(MetricsFixture.receipt(Receipt.DONE));

    assertThat(fixture.metrics.scrape())
        .contains(
            "postern_rotation_in_progress{secret=\"sending-key\"} 0.0",
            "postern_rotation_step_seconds_sum{step=\"issue\"} 1.5",
            "postern_rotations_total{cause=\"compromised\",outcome=\"done\","
                + "secret=\"sending-key\"} 1.0",
            "postern_time_to_revoke_seconds_bucket{secret=\"sending-key\",le=\"2.0\"} 0",
            "postern_time_to_revoke_seconds_bucket{secret=\"sending-key\",le=\"5.0\"} 1",
            "postern_time_to_revoke_seconds_sum{secret=\"sending-key\"} 3.0");
  }

  @Test
  void onlyALeakHasATimeToRevoke() {
    for (Cause cause : List.of(Cause.SCHEDULED, Cause.REQUESTED)) {
      Receipt receipt = FakeRotations.receipt(MetricsFixture.SECRET, cause, Receipt.DONE);
      assertThat(receipt.timeToRevoke()).isPresent();
      fixture.rotations.rotationEnded(receipt);
    }

    assertThat(fixture.metrics.scrape())
        .contains(
            "postern_time_to_revoke_seconds_count{secret=\"sending-key\"} 0",
            "postern_rotations_total{cause=\"scheduled\",outcome=\"done\","
                + "secret=\"sending-key\"} 1.0");
  }

  @Test
  void theServiceLevelOfTimeToRevokeHasABucketOfItsOwn() {
    assertThat(fixture.metrics.scrape())
        .contains("postern_time_to_revoke_seconds_bucket{secret=\"sending-key\",le=\"60.0\"} 0");
  }

  @Test
  void howRotationsStandIsAskedForAtEachScrape() {
    List<RotationStanding> standings = new ArrayList<>();
    fixture.metrics.standings(List.of(MetricsFixture.SECRET), () -> standings);
    assertThat(fixture.metrics.scrape())
        .contains(
            "postern_rotation_due_timestamp_seconds{secret=\"sending-key\"} NaN",
            "postern_leak_deadline_timestamp_seconds{secret=\"sending-key\"} NaN",
            "postern_rotation_needs_operator{secret=\"sending-key\"} 0.0");

    Instant due = Instant.ofEpochMilli(1_700_000_000_500L);
    standings.add(
        new RotationStanding(
            MetricsFixture.SECRET, Optional.of(due), Optional.of(due.minusSeconds(60)), true));
    standings.add(
        new RotationStanding(
            new SecretName("left-the-config"), Optional.of(due), Optional.empty(), false));
    assertThat(fixture.metrics.scrape())
        .contains(
            "postern_rotation_due_timestamp_seconds{secret=\"sending-key\"} 1.7000000005E9",
            "postern_leak_deadline_timestamp_seconds{secret=\"sending-key\"} 1.6999999405E9",
            "postern_rotation_needs_operator{secret=\"sending-key\"} 1.0")
        .doesNotContain("left-the-config");
  }

  @Test
  void whatAlertsCompareWithIsExportedToo() {
    fixture.metrics.maxAges(
        List.of(MetricsFixture.SECRET, new SecretName("empty")),
        secret ->
            secret.equals(MetricsFixture.SECRET)
                ? Optional.of(Instant.ofEpochSecond(1_700_000_000))
                : Optional.empty());

    assertThat(fixture.metrics.scrape())
        .contains(
            "postern_secret_max_stale_seconds{secret=\"sending-key\"} 3600.0",
            "postern_secret_max_age_timestamp_seconds{secret=\"sending-key\"} 1.7E9",
            "postern_secret_max_age_timestamp_seconds{secret=\"empty\"} NaN");
  }

  @Test
  void orphansAndTheAftermathOfALeakAreShown() {
    OrphanMeters orphans = fixture.metrics.orphans(List.of("mailgun"));
    assertThat(fixture.metrics.scrape())
        .contains(
            "postern_orphan_keys{issuer=\"mailgun\"} 0.0",
            "postern_orphan_keys_deleted_total{issuer=\"mailgun\"} 0.0",
            "postern_old_credential_uses_after_revocation{secret=\"sending-key\"} 0.0",
            "postern_account_entries_since_flag{secret=\"sending-key\",type=\"key\"} 0.0");

    orphans.looked("mailgun", 2);
    orphans.deleted("mailgun");
    fixture.rotations.watched(FakeRotations.leak(MetricsFixture.SECRET));
    assertThat(fixture.metrics.scrape())
        .contains(
            "postern_orphan_keys{issuer=\"mailgun\"} 2.0",
            "postern_orphan_keys_deleted_total{issuer=\"mailgun\"} 1.0",
            "postern_old_credential_uses_after_revocation{secret=\"sending-key\"} 3.0",
            "postern_account_entries_since_flag{secret=\"sending-key\",type=\"key\"} 0.0",
            "postern_account_entries_since_flag{secret=\"sending-key\","
                + "type=\"allow_list_entry\"} 1.0")
        .doesNotContain("198.51.100.7", "203.0.113.66");
  }

  @Test
  void aCallIsCountedByWhatCameOfIt() {
    fixture.metrics.stores().time("prod", "head", () -> "fine");
    assertThatThrownBy(
            () ->
                fixture
                    .metrics
                    .stores()
                    .time(
                        "prod",
                        "head",
                        () -> {
                          throw new StoreException.NotFound("no such path");
                        }))
        .isInstanceOf(StoreException.NotFound.class);

    assertThat(fixture.metrics.scrape())
        .contains(
            "postern_store_requests_seconds_count{operation=\"head\",outcome=\"ok\","
                + "store=\"prod\"} 1",
            "postern_store_requests_seconds_count{operation=\"head\",outcome=\"not-found\","
                + "store=\"prod\"} 1");
    assertThat(CallMeters.outcomeOf(new StoreException.Throttled("slow down", Optional.empty())))
        .isEqualTo("throttled");
  }
}
