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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /** A rotator that is there answers in this time; what is not answered then is shown as filed. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Fleet fleet;
  private final Filings filings;
  private final Duration patience;
  private final SecretCatalog catalog;
  private final Supplier<Map<SecretName, Rotations>> led;

  /**
   * @param patience for a rotator's answer, before what was asked is shown as filed
   * @param led the engines of the secrets that this agent leads now
   */
  FleetRotations(
      Fleet fleet,
      Filings filings,
      Duration patience,
      SecretCatalog catalog,
      Supplier<Map<SecretName, Rotations>> led) {
    this.fleet = fleet;
    this.filings = filings;
    this.patience = patience;
    this.catalog = catalog;
    this.led = led;
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
    FleetRequest filed = filings.file(request);
    return answer(filed)
        .map(this::begun)
        .or(() -> find(RotationId.parse(filed.id())))
        .map(FleetRotations::logged)
        .orElseThrow(() -> notNow("what was filed is answered: `postern rotations` shows it"));
  }

  private Optional<String> answer(FleetRequest filed) {
    try {
      return filings.awaitAnswer(filed, patience);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw notNow("the agent is stopping; the request stays with the fleet");
    }
  }

  private Receipt begun(String answer) {
    FiledRequest.refusedBy(answer)
        .ifPresent(
            refused -> {
              throw refused;
            });
    return find(RotationId.parse(answer))
        .orElseThrow(
            () -> notNow("the fleet's rotator has begun rotation " + answer + ", and it ended"));
  }

  private static Receipt logged(Receipt receipt) {
    if (receipt.state().equals(Receipt.FILED)) {
      log.atWarn()
          .addKeyValue("secret", receipt.secret())
          .addKeyValue("request", receipt.id())
          .addKeyValue("why", receipt.message().orElse(""))
          .log("a rotation is filed, and no rotator of the fleet has taken it up");
    }
    return receipt;
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
    if (filings.withdraw(id, requestedBy)) {
      return;
    }
    RotationId rotation = rotationOf(id);
    withEngineOf(
        rotation,
        engine -> {
          engine.cancel(rotation, requestedBy);
          return rotation;
        });
  }

  @Override
  public Receipt mark(RotationId id, String task, boolean done, String markedBy) {
    RotationId rotation = rotationOf(id);
    return withEngineOf(rotation, engine -> engine.mark(rotation, task, done, markedBy));
  }

  /** A request's id goes on to name what came of it. */
  private RotationId rotationOf(RotationId id) {
    return filings.takenUp(id).orElse(id);
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
    RotationId rotation = rotationOf(id);
    return led.get().values().stream()
        .flatMap(engine -> engine.find(rotation).stream())
        .findFirst()
        .or(() -> filings.find(rotation))
        .or(() -> recorded().find(rotation));
  }

  /** While the Kubernetes API is away, only those that this agent leads, and what is filed. */
  @Override
  public List<Receipt> list() {
    return all(filings.list(), RotationService::list, RecordedRotations::list);
  }

  @Override
  public List<Receipt> batch(String name) {
    return all(filings.batch(name), engine -> engine.batch(name), recorded -> recorded.batch(name));
  }

  private List<Receipt> all(
      List<Receipt> filed,
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
    // What is filed for a secret that is led here is being answered.
    Stream<Receipt> waiting =
        filed.stream().filter(receipt -> !engines.containsKey(receipt.secret()));
    return Stream.of(
            waiting,
            engines.values().stream().flatMap(engine -> own.apply(engine).stream()),
            elsewhere)
        .flatMap(Function.identity())
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
