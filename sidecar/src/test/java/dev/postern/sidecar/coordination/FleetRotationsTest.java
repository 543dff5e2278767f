package dev.postern.sidecar.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.RotationId;
import dev.postern.SecretKind;
import dev.postern.SecretName;
import dev.postern.journal.RotationEvent;
import dev.postern.journal.RotationEvent.Detail;
import dev.postern.journal.RotationEvent.Fact;
import dev.postern.kubernetes.AgentIdentity;
import dev.postern.kubernetes.AgentIdentity.Role;
import dev.postern.kubernetes.Election;
import dev.postern.kubernetes.ElectionListener;
import dev.postern.kubernetes.Fleet;
import dev.postern.kubernetes.FleetJournal;
import dev.postern.kubernetes.FleetListener;
import dev.postern.kubernetes.FleetNames;
import dev.postern.kubernetes.FleetRequest;
import dev.postern.kubernetes.FleetTime;
import dev.postern.kubernetes.SecretNews;
import dev.postern.kubernetes.Term;
import dev.postern.kubernetes.api.ClusterObject.Owner;
import dev.postern.rotation.Cause;
import dev.postern.rotation.Receipt;
import dev.postern.rotation.RotationRefused;
import dev.postern.rotation.RotationRefused.Reason;
import dev.postern.rotation.RotationRequest;
import dev.postern.sidecar.server.FakeCatalog;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a sidecar says of a rotation that it was asked for and that others are to do. */
final class FleetRotationsTest {
  private static final SecretName KEY = new SecretName("sending-key");
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final RotationId ROTATION =
      RotationId.parse("92864d27-bf3d-4a4e-bd72-9b051737a364");

  /** So that an election ends within the patience of a test; nobody is to lose it here. */
  private static final Election.Timing SOON =
      new Election.Timing(
          Duration.ofMillis(300),
          Duration.ofMinutes(1),
          Duration.ofMillis(100),
          Duration.ofMillis(50));

  private final MemoryCluster cluster = new MemoryCluster();
  private final FakeCatalog catalog =
      new FakeCatalog().define("sending-key", SecretKind.MAILGUN_SENDING_KEY, Map.of());
  private final List<Fleet> fleets = new ArrayList<>();
  private final Sidecar web = new Sidecar("web-1");

  /** One of them, as far as rotations go. */
  private final class Sidecar implements FleetListener {
    private final Fleet fleet;
    private final Filings filings;
    final FleetRotations rotations;

    Sidecar(String pod) {
      fleet = join(pod, Role.READER, this);
      filings = new Filings(fleet, pod, catalog, InstantSource.fixed(NOW));
      rotations =
          new FleetRotations(fleet, filings, Duration.ofMillis(50), catalog, () -> Map.of());
    }

    @Override
    public void news(SecretNews news) {
      // What comes before the constructor has ended is no answer to anybody.
      Optional.ofNullable(filings).ifPresent(one -> one.heard(news));
    }
  }

  private Fleet join(String pod, Role role, FleetListener listener) {
    Fleet fleet =
        Fleet.join(
            cluster,
            new AgentIdentity(
                new FleetNames("prod-eu"), new Owner(pod, "uid-of-" + pod), role, "run", "0.1.0"),
            listener,
            FleetTime.system(),
            new Random(7));
    fleets.add(fleet);
    return fleet;
  }

  @AfterEach
  void close() {
    cluster.away(false);
    fleets.forEach(Fleet::close);
  }

  @Test
  void requestThatNobodyTakesIsShownAsFiledWithTheReason() {
    Receipt filed = filed(leak());

    assertThat(filed.state()).isEqualTo(Receipt.FILED);
    assertThat(filed.ended()).isFalse();
    assertThat(filed.requestedBy()).isEqualTo("uid 0 in pod web-1");
    assertThat(filed.flaggedAt()).isEqualTo(NOW);
    assertThat(filed.message())
        .contains(
            "no rotator has ever led this secret: is the rotator Deployment running, and has it"
                + " this secret in its config?");
    assertThat(web.rotations.find(filed.id())).contains(filed);
    assertThat(web.rotations.list()).containsExactly(filed);
  }

  @Test
  void requestIsDoneByTheRotatorThatComesAndFoundUnderItsOldId() throws Exception {
    RotationId filed = filed(leak()).id();

    Rotator rotator = new Rotator();
    FleetRequest request = rotator.hears();
    FleetJournal journal = rotator.journal();
    journal.append(planned());
    journal.settle(request, ROTATION.toString());

    assertThat(request.id()).isEqualTo(filed.toString());
    eventually(() -> web.rotations.find(filed).orElseThrow().id().equals(ROTATION));
    assertThat(web.rotations.list()).extracting(Receipt::id).containsExactly(ROTATION);
    assertThatThrownBy(() -> web.rotations.cancel(filed, "uid 0"))
        .isInstanceOfSatisfying(
            RotationRefused.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_NOW))
        .hasMessageContaining("another agent leads this secret");
  }

  @Test
  void refusalThatComesLateIsTheEndOfTheFiling() throws Exception {
    RotationId filed = filed(bulk()).id();

    Rotator rotator = new Rotator();
    FleetRequest request = rotator.hears();
    rotator
        .journal()
        .settle(
            request, FiledRequest.refusal(new RotationRefused(Reason.STORE_READ_ONLY, "no right")));

    eventually(() -> web.rotations.find(filed).orElseThrow().state().equals(Receipt.REFUSED));
    Receipt refused = web.rotations.batch("friday").getFirst();
    assertThat(refused.id()).isEqualTo(filed);
    assertThat(refused.ended()).isTrue();
    assertThat(refused.message()).contains("the fleet's rotator says: no right");
    assertThat(web.rotations.list()).isEmpty();
  }

  @Test
  void requestThatIsTakenBackIsNotWhatALaterRotatorFinds() throws Exception {
    RotationId leak = filed(leak()).id();
    RotationId other = filed(bulk()).id();

    web.rotations.cancel(leak, "uid 7");

    Receipt back = web.rotations.find(leak).orElseThrow();
    assertThat(back.state()).isEqualTo(Receipt.WITHDRAWN);
    assertThat(back.endedAt()).contains(NOW);
    assertThat(back.message()).contains("taken back by uid 7 before a rotator took it up");
    assertThat(web.rotations.list()).extracting(Receipt::id).containsExactly(other);
    assertThat(new Rotator().hears().id()).isEqualTo(other.toString());
  }

  @Test
  void anotherPodsRequestIsTakenBackThere() {
    RotationId filed = filed(leak()).id();
    Fleet rotator = join("rotator-0", Role.ROTATOR, new FleetListener() {});
    Filings seen = new Filings(rotator, "rotator-0", catalog, InstantSource.fixed(NOW));

    assertThat(seen.list()).extracting(Receipt::id).containsExactly(filed);
    assertThatThrownBy(() -> seen.withdraw(filed, "uid 0"))
        .isInstanceOf(RotationRefused.class)
        .hasMessageContaining("uid 0 in pod web-1");
  }

  @Test
  void whoAsksAgainBecauseNothingHappensDoesNotFileTwice() {
    RotationId first = filed(leak()).id();

    assertThat(web.rotations.start(leak()).id()).isEqualTo(first);
    assertThat(web.rotations.start(bulk()).id()).isNotEqualTo(first);
    assertThat(web.rotations.list()).hasSize(2);
  }

  @Test
  void requestIsKeptWhileTheApiIsAwayAndFiledAfterwards() {
    cluster.away(true);
    Receipt kept = web.rotations.start(leak());
    assertThat(kept.state()).isEqualTo(Receipt.FILED);
    assertThat(kept.message().orElseThrow())
        .startsWith("not with the fleet yet: the Kubernetes API has not taken it");

    cluster.away(false);

    eventually(
        () ->
            web.rotations
                .find(kept.id())
                .flatMap(Receipt::message)
                .orElse("")
                .startsWith("no rotator has ever led"));
  }

  /** Asks, and waits until the API has the request. */
  private Receipt filed(RotationRequest request) {
    RotationId id = web.rotations.start(request).id();
    eventually(
        () ->
            web.rotations
                .find(id)
                .flatMap(Receipt::message)
                .orElse("")
                .startsWith("no rotator has ever led"));
    return web.rotations.find(id).orElseThrow();
  }

  private static RotationRequest leak() {
    return new RotationRequest(
        KEY, Cause.COMPROMISED, "seen on GitHub", "uid 0", Optional.empty(), Optional.empty());
  }

  private static RotationRequest bulk() {
    return new RotationRequest(
        KEY,
        Cause.REQUESTED,
        "",
        "uid 0",
        Optional.empty(),
        Optional.empty(),
        Optional.of("friday"));
  }

  private static RotationEvent planned() {
    return new RotationEvent(
        ROTATION,
        NOW,
        Fact.PLANNED,
        Map.ofEntries(
            Map.entry(Detail.SECRET, KEY.value()),
            Map.entry(Detail.KIND, SecretKind.MAILGUN_SENDING_KEY.wireName()),
            Map.entry(Detail.DOMAIN, "mg.example.com"),
            Map.entry(Detail.CAUSE, "compromised"),
            Map.entry(Detail.REASON, "seen on GitHub"),
            Map.entry(Detail.REQUESTED_BY, "uid 0 in pod web-1"),
            Map.entry(Detail.ORDER, "overlap"),
            Map.entry(Detail.WITHOUT_SUCCESSOR, "keep"),
            Map.entry(Detail.FLAGGED_AT, NOW.toString()),
            Map.entry(Detail.DEADLINE_AT, NOW.plusSeconds(60).toString()),
            Map.entry(Detail.GRACE_MILLIS, "0"),
            Map.entry(Detail.OLD_VERSION, "7")));
  }

  /** Stands for election, and does by hand what it hears of. */
  private final class Rotator implements FleetListener, ElectionListener {
    private final BlockingQueue<FleetRequest> requests = new LinkedBlockingQueue<>();
    private final BlockingQueue<Term> terms = new LinkedBlockingQueue<>();
    private final Fleet fleet = join("rotator-0", Role.ROTATOR, this);

    Rotator() {
      fleet.stand(KEY.value(), SOON, this);
    }

    FleetRequest hears() throws InterruptedException {
      return Optional.ofNullable(requests.poll(30, TimeUnit.SECONDS)).orElseThrow();
    }

    FleetJournal journal() throws InterruptedException {
      return fleet.journal(Optional.ofNullable(terms.poll(30, TimeUnit.SECONDS)).orElseThrow());
    }

    @Override
    public void requested(FleetRequest request) {
      requests.add(request);
    }

    @Override
    public void elected(Term term) {
      terms.add(term);
    }

    @Override
    public void ended(Term term) {}
  }

  private static void eventually(BooleanSupplier condition) {
    for (int look = 0; look < 3_000 && !condition.getAsBoolean(); look++) {
      LockSupport.parkNanos(10_000_000);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }
}
