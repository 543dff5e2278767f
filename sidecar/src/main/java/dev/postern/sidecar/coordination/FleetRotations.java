package dev.postern.sidecar.coordination;

import dev.postern.RotationId;
import dev.postern.SecretKind.Succession;
import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.journal.JournalException;
import dev.postern.kubernetes.Fleet;
import dev.postern.kubernetes.FleetRequest;
import dev.postern.kubernetes.SecretNews;
import dev.postern.kubernetes.api.ClusterException;
import dev.postern.rotation.Receipt;
import dev.postern.rotation.RecordedRotations;
import dev.postern.rotation.RotationPreview;
import dev.postern.rotation.RotationRefused;
import dev.postern.rotation.RotationRefused.Reason;
import dev.postern.rotation.RotationRequest;
import dev.postern.rotation.RotationService;
import dev.postern.rotation.Rotations;
import dev.postern.serving.SecretCatalog;
import dev.postern.serving.SecretDefinition;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rotations of a whole fleet, as one agent of it shows them: those of the secrets that it leads
 * are its own; others are read in the fleet's journals and asked for at whoever leads.
 */
final class FleetRotations implements RotationService {
  private static final Logger log = LoggerFactory.getLogger(FleetRotations.class);

  /** Time for another rotator to take over, and to answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(25);

  private final Fleet fleet;
  private final String pod;
  private final SecretCatalog catalog;
  private final InstantSource time;
  private final Supplier<Map<SecretName, Rotations>> led;
  private final Map<String, CompletableFuture<String>> asked = new ConcurrentHashMap<>();

  /**
   * @param pod of this agent
   * @param led the engines of the secrets that this agent leads now
   */
  FleetRotations(
      Fleet fleet,
      String pod,
      SecretCatalog catalog,
      InstantSource time,
      Supplier<Map<SecretName, Rotations>> led) {
    this.fleet = fleet;
    this.pod = pod;
    this.catalog = catalog;
    this.time = time;
    this.led = led;
  }

  /** To be told of all news: requests are answered there. */
  void heard(SecretNews news) {
    news.settled()
        .forEach(
            (id, answer) ->
                Optional.ofNullable(asked.get(id)).ifPresent(waiting -> waiting.complete(answer)));
  }

  @Override
  public Receipt start(RotationRequest request) {
    Rotations here = led.get().get(request.secret());
    return here == null ? ask(request) : here.start(request);
  }

  private Receipt ask(RotationRequest request) {
    SecretDefinition secret =
        catalog
            .definition(request.secret())
            .orElseThrow(
                () ->
                    new RotationRefused(
                        Reason.UNKNOWN_SECRET, "no secret is called " + request.secret()));
    if (secret.kind().succession() == Succession.NONE) {
      throw new RotationRefused(
          Reason.NOT_ROTATABLE, "secrets of kind " + secret.kind().wireName() + " are not rotated");
    }
    FleetRequest filed = FiledRequest.of(request, pod, time.instant());
    String answer = answer(filed);
    FiledRequest.refusedBy(answer)
        .ifPresent(
            refused -> {
              throw refused;
            });
    return find(RotationId.parse(answer))
        .orElseThrow(
            () -> notNow("the fleet's rotator has begun rotation " + answer + ", and it ended"));
  }

  private String answer(FleetRequest filed) {
    CompletableFuture<String> waiting =
        asked.computeIfAbsent(filed.id(), id -> new CompletableFuture<>());
    fleet.ask(filed);
    try {
      return waiting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw notNow(
          "no rotator of the fleet has answered for "
              + PATIENCE.toSeconds()
              + " seconds. The request stays, and is taken up by the next one that can; see"
              + " whether the rotator's pods run and reach the Kubernetes API");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw notNow("the agent is stopping; the request stays with the fleet");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      asked.remove(filed.id());
    }
  }

  @Override
  public RotationPreview preview(RotationRequest request) {
    Rotations here = led.get().get(request.secret());
    if (here == null) {
      throw atTheRotator(request.secret());
    }
    return here.preview(request);
  }

  @Override
  public void cancel(RotationId id, String requestedBy) {
    withEngineOf(
        id,
        engine -> {
          engine.cancel(id, requestedBy);
          return id;
        });
  }

  @Override
  public Receipt mark(RotationId id, String task, boolean done, String markedBy) {
    return withEngineOf(id, engine -> engine.mark(id, task, done, markedBy));
  }

  private <T> T withEngineOf(RotationId id, Function<Rotations, T> act) {
    Optional<Rotations> here =
        led.get().values().stream().filter(engine -> engine.find(id).isPresent()).findFirst();
    if (here.isPresent()) {
      return act.apply(here.get());
    }
    throw find(id)
        .map(receipt -> atTheRotator(receipt.secret()))
        .orElseGet(
            () ->
                new RotationRefused(
                    Reason.UNKNOWN_ROTATION,
                    "no rotation has the id " + id + ": `postern rotations` lists them"));
  }

  private RotationRefused atTheRotator(SecretName secret) {
    return notNow(
        fleet
            .news(secret.value())
            .map(SecretNews::rotator)
            .map(holder -> "another agent leads this secret (" + holder + "): ask in that pod")
            .orElse("no rotator of the fleet leads this secret yet: try again, or in its pod"));
  }

  @Override
  public Optional<Receipt> find(RotationId id) {
    return led.get().values().stream()
        .flatMap(engine -> engine.find(id).stream())
        .findFirst()
        .or(() -> recorded().find(id));
  }

  /** While the Kubernetes API is away, only those that this agent leads. */
  @Override
  public List<Receipt> list() {
    return all(RotationService::list, RecordedRotations::list);
  }

  @Override
  public List<Receipt> batch(String name) {
    return all(engine -> engine.batch(name), recorded -> recorded.batch(name));
  }

  private List<Receipt> all(
      Function<RotationService, List<Receipt>> own,
      Function<RecordedRotations, List<Receipt>> others) {
    Map<SecretName, Rotations> engines = led.get();
    Stream<Receipt> elsewhere;
    try {
      elsewhere =
          others.apply(recorded()).stream()
              .filter(receipt -> !engines.containsKey(receipt.secret()));
    } catch (RotationRefused away) {
      log.atWarn()
          .addKeyValue("problem", away.getMessage())
          .log("only rotations of secrets that this agent leads are known now");
      elsewhere = Stream.empty();
    }
    return Stream.concat(
            engines.values().stream().flatMap(engine -> own.apply(engine).stream()), elsewhere)
        .sorted(Comparator.comparing(Receipt::flaggedAt).reversed())
        .toList();
  }

  private RecordedRotations recorded() {
    try {
      return new RecordedRotations(fleet.recordedNow());
    } catch (ClusterException | JournalException e) {
      throw notNow("the fleet's journals cannot be read: " + e.getMessage());
    }
  }

  private static RotationRefused notNow(String why) {
    return new RotationRefused(Reason.NOT_NOW, why);
  }

  @Override
  public void rejected(SecretName secret, Version version, String consumer) {
    Optional.ofNullable(led.get().get(secret))
        .ifPresent(engine -> engine.rejected(secret, version, consumer));
  }
}
