package dev.postern.sidecar.agent;

import dev.postern.SecretMemory;
import dev.postern.SecretName;
import dev.postern.consumer.ConsumerRegistry;
import dev.postern.failpoint.Failpoints;
import dev.postern.journal.FileRotationJournal;
import dev.postern.journal.RotationJournal;
import dev.postern.linux.ProcessHardening;
import dev.postern.rotation.RotationCapacity;
import dev.postern.rotation.RotationService;
import dev.postern.schedule.FirstSeen;
import dev.postern.schedule.RotationSchedule;
import dev.postern.serving.SecretServing;
import dev.postern.sidecar.cli.PosternVersion;
import dev.postern.sidecar.config.CoordinationConfig;
import dev.postern.sidecar.config.ManagementConfig;
import dev.postern.sidecar.config.MemoryLock;
import dev.postern.sidecar.config.PosternConfig;
import dev.postern.sidecar.coordination.Alone;
import dev.postern.sidecar.coordination.Coordination;
import dev.postern.sidecar.coordination.FleetCoordination;
import dev.postern.sidecar.coordination.Pod;
import dev.postern.sidecar.files.SecretFiles;
import dev.postern.sidecar.http.IoLoop;
import dev.postern.sidecar.management.HealthReport;
import dev.postern.sidecar.management.ManagementServer;
import dev.postern.sidecar.metrics.PosternMetrics;
import dev.postern.sidecar.server.AccessPolicy;
import dev.postern.sidecar.server.AdminServer;
import dev.postern.sidecar.server.SocketServer;
import dev.postern.sidecar.socketmap.SocketmapServer;
import dev.postern.time.TimeSource;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running agent: every part is made and joined here, and nowhere else. Nothing is served before
 * the journal is understood; going down, nobody is accepted any more before the rotations stop, and
 * the journal is closed last.
 */
final class Agent implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Agent.class);

  private final Closing closing = new Closing();
  private final TimeSource time = TimeSource.system();
  private final PosternConfig config;
  private final SocketServer socket;
  private final ManagementServer management;

  private Agent(PosternConfig config) {
    this.config = config;
    try {
      protectMemory();
      // Before anything else: a second agent on this journal is to notice before it does anything.
      Optional<RotationJournal> journal =
          config.coordination().type() == CoordinationConfig.Type.NONE
              ? Optional.of(closing.own(FileRotationJournal.open(config.journal().dir())))
              : Optional.empty();
      PosternMetrics metrics = closing.own(new PosternMetrics(PosternVersion.current()));
      Backends backends = closing.own(new Backends(config, time, metrics));
      ConsumerRegistry consumers =
          new ConsumerRegistry(time, Access.living(config), name -> Access.ackMode(config, name));
      SecretServing serving = closing.own(new SecretServing(backends.definitions(), time));
      SecretFiles files =
          closing.own(
              new SecretFiles(config, AccessPolicy.uidOfThisProcess(), serving, consumers, time));
      Failpoints failpoints = Failpoints.ofSystemProperty();
      Coordination coordination =
          closing.own(
              coordination(
                  journal,
                  new Coordination.Parts(
                      config.installation(),
                      backends.targets(),
                      serving,
                      consumers,
                      new CloserLooks(metrics.rotations(backends.rotatable()), serving),
                      new RotationCapacity(config.rotations().concurrency()),
                      time,
                      failpoints)));
      coordination.begin();
      RotationService rotations = coordination.rotations();
      files.start();
      serving.start(coordination::flagged);

      AccessPolicy policy = Access.policy(config);
      IoLoop loop = closing.own(IoLoop.start());
      socket =
          closing.own(
              SocketServer.start(
                  loop,
                  Access.socket(config.socket()),
                  new SocketServer.Services(
                      serving,
                      policy,
                      consumers,
                      new RejectedVersions(serving, rotations, backends.targets(), time),
                      time,
                      metrics.socket())));
      config
          .socketmap()
          .ifPresent(
              socketmap ->
                  closing.own(
                      SocketmapServer.start(
                          loop,
                          Access.socketmap(socketmap, config.socket()),
                          new SocketmapServer.Services(
                              serving, policy, consumers, time, metrics.socket()))));
      // Programs have their secrets from here on; what follows is for people.
      metrics.secrets(serving, consumers, time);
      metrics.standings(backends.rotatable(), coordination::standings);
      metrics.files(files);
      RotationSchedule schedule =
          closing.own(
              new RotationSchedule(
                  config.installation(),
                  backends.scheduled(config),
                  new RotationSchedule.Surroundings(
                      rotations,
                      serving,
                      FirstSeen.open(config.journal().dir()),
                      time,
                      coordination::rotates),
                  config.rotations().concurrency()));
      metrics.schedule(schedule.secrets(), schedule::next);
      metrics.maxAges(schedule.secrets(), schedule::oldAt);
      schedule.start();
      closing.own(
          AdminServer.start(
              loop,
              Access.adminSocket(config.adminSocket()),
              new AdminServer.Services(
                  serving,
                  policy,
                  consumers,
                  rotations,
                  time,
                  metrics.socket(),
                  serving::refresh,
                  facts(coordination),
                  schedule::next,
                  files::states,
                  coordination::elsewhere)));
      management =
          closing.own(
              ManagementServer.start(
                  loop,
                  address(config.management()),
                  metrics,
                  new HealthReport(serving, time, files::inPlace)));
      coordination.sweepOrphans(metrics.orphans(config.issuers().keySet()));
    } catch (RuntimeException e) {
      closing.close();
      throw e;
    }
  }

  /**
   * Starts the agent. A store that cannot be reached does not hinder it: it comes up not ready.
   *
   * @throws RuntimeException with a message for an operator when it cannot start; what was opened
   *     is closed again
   */
  static Agent start(PosternConfig config) {
    Agent agent = new Agent(config);
    log.atInfo()
        .addKeyValue("version", PosternVersion.current())
        .addKeyValue("installation", config.installation())
        .addKeyValue("config", config.digest())
        .addKeyValue("secrets", config.secrets().size())
        .addKeyValue("socket", agent.socket())
        .addKeyValue("management", agent.management.address())
        .log("agent started");
    return agent;
  }

  Path socket() {
    return socket.path();
  }

  int managementPort() {
    return management.address().getPort();
  }

  private void protectMemory() {
    ProcessHardening.Outcome hardening = ProcessHardening.makeUndumpable();
    SecretMemory memory = SecretMemory.process();
    log.atInfo()
        .addKeyValue("memory", memory.protection())
        .addKeyValue("process", hardening.description())
        .log("protection of secrets in memory");
    if (config.memoryLock() == MemoryLock.REQUIRED && !memory.locked()) {
      throw new AgentException(
          "memory-lock is required, and the system does not allow it ("
              + memory.protection()
              + "): raise the memlock limit (ulimit -l), or set memory-lock: preferred");
    }
  }

  /** A fleet's classes are loaded only for an agent of a fleet: they are many. */
  private Coordination coordination(Optional<RotationJournal> journal, Coordination.Parts parts) {
    if (journal.isPresent()) {
      return new Alone(parts, journal.get(), config.journal().dir());
    }
    Pod pod = Pod.of(System.getenv());
    return FleetCoordination.join(
        parts,
        pod,
        config.coordination().namespace().orElse(pod.namespace()),
        PosternVersion.current());
  }

  private AdminServer.AgentFacts facts(Coordination coordination) {
    Map<SecretName, String> issuers = new HashMap<>();
    config
        .secrets()
        .forEach((name, secret) -> secret.issuer().ifPresent(used -> issuers.put(name, used)));
    return new AdminServer.AgentFacts(
        PosternVersion.current(), config.installation(), coordination.journal(), issuers);
  }

  private static InetSocketAddress address(ManagementConfig config) {
    return new InetSocketAddress(config.host(), config.port());
  }

  @Override
  public void close() {
    closing.close();
    log.atInfo().log("agent stopped");
  }
}
