package dev.postern.sidecar.coordination;

import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.consumer.Holding;
import dev.postern.journal.JournalException;
import dev.postern.kubernetes.AgentIdentity;
import dev.postern.kubernetes.AgentIdentity.Role;
import dev.postern.kubernetes.Election;
import dev.postern.kubernetes.ElectionListener;
import dev.postern.kubernetes.Fleet;
import dev.postern.kubernetes.FleetHoldings;
import dev.postern.kubernetes.FleetListener;
import dev.postern.kubernetes.FleetNames;
import dev.postern.kubernetes.FleetRequest;
import dev.postern.kubernetes.FleetTime;
import dev.postern.kubernetes.SecretNews;
import dev.postern.kubernetes.Term;
import dev.postern.kubernetes.api.ClusterApi;
import dev.postern.kubernetes.api.ClusterException;
import dev.postern.kubernetes.api.ClusterObject.Owner;
import dev.postern.kubernetes.api.FabricClusterApi;
import dev.postern.orphan.OrphanListener;
import dev.postern.orphan.OrphanSweep;
import dev.postern.rotation.Receipt;
import dev.postern.rotation.RecordedRotations;
import dev.postern.rotation.RotationService;
import dev.postern.rotation.RotationStanding;
import dev.postern.rotation.RotationTarget;
import dev.postern.rotation.Rotations;
import dev.postern.store.CompromiseFlag;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One agent of a fleet on Kubernetes. With targets it is a rotator and stands for election for each
 * of them; without, it only tells what it holds and follows the journals.
 */
public final class FleetCoordination implements Coordination {
  private static final Logger log = LoggerFactory.getLogger(FleetCoordination.class);

  /** How long the start waits until the fleet knows of this agent. */
  private static final Duration ANNOUNCEMENT = Duration.ofSeconds(2);

  private final Parts parts;
  private final ClusterApi api;
  private final String namespace;
  private final Fleet fleet;
  private final FleetHoldings holdings;
  private final FleetNews news;
  private final Filings filings;
  private final FleetRotations rotations;
  private final HeldReporter reporter;
  private final Map<SecretName, Tenure> tenures = new ConcurrentHashMap<>();
  private final Ears ears = new Ears();
  private Optional<OrphanSweep> sweep = Optional.empty();

  private FleetCoordination(Parts parts, ClusterApi api, String namespace, AgentIdentity identity) {
    this.parts = parts;
    this.api = api;
    this.namespace = namespace;
    RandomGenerator random = new SecureRandom();
    this.fleet =
        Fleet.join(
            api, identity, HeldReporter.pending(parts.serving()), ears, FleetTime.system(), random);
    String pod = identity.pod().name();
    this.holdings = new FleetHoldings(fleet, parts.consumers(), pod, parts.time());
    this.news = new FleetNews(parts.serving(), parts.time(), random);
    this.filings = new Filings(fleet, pod, parts.serving(), parts.time());
    this.rotations =
        new FleetRotations(
            fleet, filings, FleetRotations.PATIENCE, parts.serving(), this::enginesOfLed);
    this.reporter = new HeldReporter(fleet, parts.serving(), parts.consumers(), parts.time());
  }

  /**
   * Joins the fleet of the cluster that this Pod runs in.
   *
   * @param namespace of the fleet's objects
   * @param version of Postern
   */
  public static FleetCoordination join(Parts parts, Pod pod, String namespace, String version) {
    byte[] run = new byte[4];
    new SecureRandom().nextBytes(run);
    AgentIdentity identity =
        new AgentIdentity(
            new FleetNames(parts.installation()),
            new Owner(pod.name(), pod.uid()),
            parts.targets().isEmpty() ? Role.READER : Role.ROTATOR,
            HexFormat.of().formatHex(run),
            version);
    return new FleetCoordination(
        parts, FabricClusterApi.ofSurroundings(namespace), namespace, identity);
  }

  @Override
  public void begin() {
    ears.listenTo(new Listener());
    parts
        .serving()
        .definitions()
        .forEach(secret -> fleet.news(secret.name().value()).ifPresent(this::heard));
    awaitAnnouncement();
    for (RotationTarget target : parts.targets()) {
      fleet.stand(target.secret().name().value(), Election.Timing.STANDARD, new Candidate(target));
    }
  }

  /** A rotator must know of this agent before it serves what may be about to be revoked. */
  private void awaitAnnouncement() {
    try {
      if (!fleet.awaitAnnounced(ANNOUNCEMENT)) {
        log.atWarn()
            .addKeyValue("namespace", namespace)
            .log(
                "the Kubernetes API does not answer: secrets are served, and the fleet is told"
                    + " of this agent as soon as it does");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void heard(SecretNews told) {
    news.heard(told);
    filings.heard(told);
  }

  private Map<SecretName, Rotations> enginesOfLed() {
    return tenures.entrySet().stream()
        .filter(one -> one.getValue().rotations().isPresent())
        .collect(
            Collectors.toMap(Map.Entry::getKey, one -> one.getValue().rotations().orElseThrow()));
  }

  @Override
  public RotationService rotations() {
    return rotations;
  }

  @Override
  public void flagged(SecretName secret, Version version, CompromiseFlag flag) {
    Optional.ofNullable(tenures.get(secret))
        .flatMap(Tenure::rotations)
        .ifPresent(engine -> engine.flagged(secret, version, flag));
  }

  @Override
  public List<RotationStanding> standings() {
    return enginesOfLed().values().stream().flatMap(engine -> engine.standings().stream()).toList();
  }

  @Override
  public boolean rotates(SecretName secret) {
    return enginesOfLed().containsKey(secret);
  }

  @Override
  public List<Holding> elsewhere(SecretName secret) {
    return parts.targets().isEmpty()
        ? List.of()
        : holdings.holdings(secret).stream().filter(one -> one.consumer().isAgent()).toList();
  }

  @Override
  public String journal() {
    return "ConfigMaps of installation " + parts.installation() + " in namespace " + namespace;
  }

  /**
   * Each rotator looks, by what the API has of all journals at that moment. A credential's rotation
   * is in a journal before the credential is at the provider, and nothing that was unclaimed is
   * ever claimed later: so several that look at once delete the same.
   */
  @Override
  public synchronized void sweepOrphans(OrphanListener listener) {
    if (parts.targets().isEmpty()) {
      return;
    }
    OrphanSweep begun =
        new OrphanSweep(
            parts.targets(),
            new OrphanSweep.Surroundings(
                parts.installation(), this::recorded, parts.time(), parts.failpoints()),
            listener);
    sweep = Optional.of(begun);
    begun.start();
  }

  private List<Receipt> recorded() {
    try {
      return new RecordedRotations(fleet.recordedNow()).list();
    } catch (ClusterException e) {
      throw new JournalException.Unwritable(
          "the fleet's journals cannot be read: " + e.getMessage(), e);
    }
  }

  /** The rotations stop between two acts, the fleet is told, and the API is left alone. */
  @Override
  public synchronized void close() {
    sweep.ifPresent(OrphanSweep::close);
    reporter.close();
    news.close();
    tenures.values().forEach(Tenure::close);
    fleet.close();
    api.close();
  }

  /** Whom the fleet tells until there is somebody to listen. */
  private static final class Ears implements FleetListener {
    private volatile FleetListener listener = new FleetListener() {};

    void listenTo(FleetListener real) {
      listener = real;
    }

    @Override
    public void news(SecretNews news) {
      listener.news(news);
    }

    @Override
    public void membersChanged() {
      listener.membersChanged();
    }

    @Override
    public void requested(FleetRequest request) {
      listener.requested(request);
    }

    @Override
    public void withdrawn(FleetRequest request) {
      listener.withdrawn(request);
    }
  }

  private final class Listener implements FleetListener {
    @Override
    public void news(SecretNews told) {
      heard(told);
    }

    @Override
    public void membersChanged() {
      holdings.membersChanged();
    }

    @Override
    public void requested(FleetRequest request) {
      tenures.values().forEach(tenure -> tenure.take(request));
    }

    @Override
    public void withdrawn(FleetRequest request) {
      tenures.values().forEach(tenure -> tenure.leave(request));
    }
  }

  /** Stands for one secret. */
  private final class Candidate implements ElectionListener {
    private final RotationTarget target;

    Candidate(RotationTarget target) {
      this.target = target;
    }

    @Override
    public void elected(Term term) {
      Tenure tenure = new Tenure(term, fleet, holdings, parts, target);
      tenures.put(target.secret().name(), tenure);
      tenure.start();
    }

    @Override
    public void ended(Term term) {
      Optional.ofNullable(tenures.remove(target.secret().name()))
          .ifPresent(
              tenure ->
                  Thread.ofVirtual()
                      .name("tenure-ends-" + target.secret().name())
                      .start(tenure::close));
    }
  }
}
