package dev.postern.kubernetes;

import dev.postern.journal.JournalException;
import dev.postern.journal.RotationEvent;
import dev.postern.kubernetes.AgentIdentity.Role;
import dev.postern.kubernetes.api.ClusterApi;
import dev.postern.kubernetes.api.ClusterApi.Watch;
import dev.postern.kubernetes.api.ClusterException;
import dev.postern.kubernetes.api.ClusterListener;
import dev.postern.kubernetes.api.ClusterObject;
import dev.postern.kubernetes.api.ClusterObject.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;

/**
 * This agent's place in its fleet: what it tells the others, what they tell it, and, for a rotator,
 * the elections that it stands for. The only class that a composition root needs.
 *
 * <p>Thread-safe. Nothing but {@link #close}, {@link #laggingNow}, {@link #membersNow} and what is
 * said to block, or to wait, does. The one who joined closes; the {@link ClusterApi} stays open.
 */
public final class Fleet implements AutoCloseable {
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

  private final ClusterApi api;
  private final AgentIdentity identity;
  private final FleetTime time;
  private final RandomGenerator random;
  private final FleetView view;
  private final AgentLease lease;
  private final LeadershipLooks looks;
  private final List<Watch> watches = new ArrayList<>();
  private final List<Election> elections = new CopyOnWriteArrayList<>();

  private Fleet(
      ClusterApi api,
      AgentIdentity identity,
      FleetListener listener,
      FleetTime time,
      RandomGenerator random,
      FleetReading reading) {
    this.api = api;
    this.identity = identity;
    this.time = time;
    this.random = random;
    this.lease = new AgentLease(api, identity, time, random);
    this.looks = new LeadershipLooks(api, identity.names(), time);
    this.view = new FleetView(identity.names(), time, new Settling(listener), reading);
  }

  /**
   * Tells the fleet that this agent is there, and begins to listen. Returns at once; an API that is
   * away is tried again.
   *
   * <p>To be called before the first secret is read from a store: a rotator that does not know of
   * an agent does not wait for it.
   */
  public static Fleet join(
      ClusterApi api,
      AgentIdentity identity,
      FleetListener listener,
      FleetTime time,
      RandomGenerator random) {
    return join(api, identity, Map.of(), listener, time, random);
  }

  /**
   * The same for an agent whose first word is already what it is about to serve.
   *
   * @param holds by secret; one whose value is yet to be read has the version {@link Held#PENDING}
   */
  public static Fleet join(
      ClusterApi api,
      AgentIdentity identity,
      Map<String, Held> holds,
      FleetListener listener,
      FleetTime time,
      RandomGenerator random) {
    return join(api, identity, holds, listener, time, random, new FleetReading());
  }

  /**
   * The same for a whole fleet in one process.
   *
   * @param reading may know already what it says
   */
  static Fleet join(
      ClusterApi api,
      AgentIdentity identity,
      Map<String, Held> holds,
      FleetListener listener,
      FleetTime time,
      RandomGenerator random,
      FleetReading reading) {
    Fleet fleet = new Fleet(api, identity, listener, time, random, reading);
    fleet.lease.report(holds);
    fleet.lease.start();
    fleet.watches.add(
        api.watch(
            Kind.CONFIG_MAP,
            identity.names().labels(FleetNames.JOURNAL_ROLE),
            fleet.view.journals()));
    if (identity.role() == Role.ROTATOR) {
      fleet.watches.add(
          api.watch(Kind.LEASE, identity.names().labels(), fleet.new Leases(fleet.view.leases())));
    }
    return fleet;
  }

  /**
   * Waits until the fleet was told that this agent is there.
   *
   * @return whether it was; otherwise the API is away, and it is told later
   */
  public boolean awaitAnnounced(Duration longest) throws InterruptedException {
    return lease.awaitAnnounced(longest);
  }

  /** What this agent serves now, by secret: all of it, whenever something changed. */
  public void report(Map<String, Held> holds) {
    lease.report(holds);
  }

  /** Asks the secret's rotator for a rotation, until it answers: {@link SecretNews#settled}. */
  public void ask(FleetRequest request) {
    lease.ask(request);
  }

  /** What was asked for at this agent, and is neither answered nor taken back. */
  public List<Filing> filings() {
    return lease.filings();
  }

  /** What became of a request, at whichever agent it was made, while a journal says so. */
  public Optional<String> answer(String request) {
    return view.answer(request);
  }

  /**
   * Takes back what was asked for at this agent, and waits until the API has that. A rotator that
   * has begun with it goes on, and answers.
   *
   * @return whether the API has it; otherwise it has it when it answers again
   */
  public boolean withdraw(String request, Duration longest) throws InterruptedException {
    lease.withdraw(request);
    return lease.awaitWithdrawn(request, longest);
  }

  /** Who rotates the secret, by a call of the API when nobody asked in the last two seconds. */
  public Leadership leadership(String secret) {
    return looks.of(secret, view.news(secret).isPresent());
  }

  /** What the secret's journal says, if it was seen. */
  public Optional<SecretNews> news(String secret) {
    return view.news(secret);
  }

  /** The agents that are there. Only a rotator listens to them. */
  public List<FleetMember> members() {
    return view.members();
  }

  /** What was asked for and is not settled. Only a rotator hears what agents were asked for. */
  public List<FleetRequest> requests() {
    return view.requests();
  }

  /** Who does not hold the version, as far as is known here. Only a rotator knows. */
  public List<Laggard> lagging(String secret, String version) {
    return view.lagging(secret, version);
  }

  /**
   * The same after one call that lists all agents: what an irreversible act must ask, as a watch
   * may not have told yet of an agent that has just come.
   *
   * @throws ClusterException when the API does not answer
   */
  public List<Laggard> laggingNow(String secret, String version) {
    listAgents();
    return view.lagging(secret, version);
  }

  /**
   * The agents that are there, by one call; also for an agent that does not listen to them.
   *
   * @throws ClusterException when the API does not answer or the service account may not list
   */
  public List<FleetMember> membersNow() {
    listAgents();
    return view.members();
  }

  private void listAgents() {
    listed(api.list(Kind.LEASE, identity.names().labels()));
  }

  void listed(List<ClusterObject> leases) {
    view.refreshed(leases);
  }

  /**
   * All that the installation's journals record, by one call: what an agent reads that leads none
   * of them.
   *
   * @throws ClusterException when the API does not answer
   * @throws JournalException when one of them cannot be understood
   */
  public List<RotationEvent> recordedNow() {
    return api.list(Kind.CONFIG_MAP, identity.names().labels(FleetNames.JOURNAL_ROLE)).stream()
        .flatMap(journal -> JournalPage.read(journal).events().stream())
        .toList();
  }

  /** Stands for election as the rotator of a secret, until closed. */
  public void stand(String secret, Election.Timing timing, ElectionListener listener) {
    Election election =
        new Election(
            api,
            new Election.Candidacy(identity.names(), secret, identity.holder(), timing),
            listener,
            time,
            random);
    elections.add(election);
    election.start();
  }

  /**
   * Opens the journal of the term's secret. Blocks for the API.
   *
   * @throws JournalException see {@link FleetJournal#open}
   */
  public FleetJournal journal(Term term) {
    return FleetJournal.open(api, identity.names(), term);
  }

  /** Gives its Leases back, says good-bye and stops to listen. Waits a few seconds for the API. */
  @Override
  public void close() {
    stop();
    // Of hundreds of elections each would wait for an API that is away: all share the time.
    long end = time.nanos() + STOP_PATIENCE.toNanos();
    elections.forEach(election -> election.awaitEnd(until(end)));
    lease.awaitEnd(until(end));
  }

  private Duration until(long end) {
    return Duration.ofNanos(Math.max(0, end - time.nanos()));
  }

  /** The same without waiting for the calls that this needs. */
  void stop() {
    watches.forEach(Watch::close);
    elections.forEach(Election::stop);
    lease.stop();
    view.close();
  }

  /** An agent's own requests are taken away when a journal says that they are settled. */
  private final class Settling implements FleetListener {
    private final FleetListener listener;

    Settling(FleetListener listener) {
      this.listener = listener;
    }

    @Override
    public void news(SecretNews news) {
      lease.settled(news.secret(), news.settled().keySet());
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

  /** The elections hear of Leases, too, and so need not ask for them. */
  private final class Leases implements ClusterListener {
    private final ClusterListener agents;

    Leases(ClusterListener agents) {
      this.agents = agents;
    }

    @Override
    public void listed(List<ClusterObject> all) {
      all.forEach(one -> elections.forEach(election -> election.saw(one)));
      agents.listed(all);
    }

    @Override
    public void upserted(ClusterObject object) {
      elections.forEach(election -> election.saw(object));
      agents.upserted(object);
    }

    @Override
    public void deleted(ClusterObject object) {
      agents.deleted(object);
    }
  }
}
