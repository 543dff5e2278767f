package dev.postern.sidecar.coordination;

import dev.postern.RotationId;
import dev.postern.SecretName;
import dev.postern.Version;
import dev.postern.kubernetes.Filing;
import dev.postern.kubernetes.Fleet;
import dev.postern.kubernetes.FleetRequest;
import dev.postern.kubernetes.SecretNews;
import dev.postern.rotation.Cause;
import dev.postern.rotation.Order;
import dev.postern.rotation.Receipt;
import dev.postern.rotation.RotationRefused;
import dev.postern.rotation.RotationRefused.Reason;
import dev.postern.rotation.RotationRequest;
import dev.postern.serving.SecretCatalog;
import dev.postern.serving.ServingState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * What this agent was asked for and its fleet is to do. A filing is shown like a rotation that has
 * not begun, under the request's id; when a rotator has answered, that id stands for the rotation
 * that came of it. Nothing but a person takes it back. Thread-safe.
 */
final class Filings {
  /** For the API to say that a request is off its Lease. */
  private static final Duration WITHDRAWAL = Duration.ofSeconds(5);

  /** Without a word in the request: what a rotator usually does. */
  private static final Duration USUAL_DEADLINE = Duration.ofSeconds(60);

  /** How many that were answered are remembered, for whoever follows them. */
  private static final int MOST_KNOWN = 500;

  /** A request was taken back. */
  private record Withdrawal(Instant at, String text) {}

  private final Fleet fleet;
  private final String pod;
  private final SecretCatalog catalog;
  private final InstantSource time;
  private final Map<String, CompletableFuture<String>> asked = new ConcurrentHashMap<>();

  /** What each request said, by its id: the fleet forgets it with the answer. */
  private final Map<String, FleetRequest> known = Collections.synchronizedMap(new Remembered<>());

  /** By the id of the request. */
  private final Map<String, Withdrawal> withdrawn = Collections.synchronizedMap(new Remembered<>());

  Filings(Fleet fleet, String pod, SecretCatalog catalog, InstantSource time) {
    this.fleet = fleet;
    this.pod = pod;
    this.catalog = catalog;
    this.time = time;
  }

  /** To be told of all news: requests are answered there. */
  void heard(SecretNews news) {
    news.settled()
        .forEach(
            (id, answer) ->
                Optional.ofNullable(asked.get(id)).ifPresent(waiting -> waiting.complete(answer)));
  }

  /**
   * Files it, or finds that just this is filed already: who asks again because nothing happens does
   * not want two rotations.
   */
  FleetRequest file(RotationRequest request) {
    FleetRequest fresh = FiledRequest.of(request, pod, time.instant());
    return fleet.filings().stream()
        .map(Filing::request)
        .filter(one -> FiledRequest.asksTheSame(one, fresh))
        .findFirst()
        .orElseGet(
            () -> {
              known.put(fresh.id(), fresh);
              asked.put(fresh.id(), new CompletableFuture<>());
              fleet.ask(fresh);
              return fresh;
            });
  }

  /**
   * The rotator's answer, if there is one in that time.
   *
   * @throws InterruptedException when the agent stops; the request stays filed
   */
  Optional<String> awaitAnswer(FleetRequest filed, Duration longest) throws InterruptedException {
    CompletableFuture<String> waiting =
        asked.computeIfAbsent(filed.id(), id -> new CompletableFuture<>());
    try {
      return Optional.of(waiting.get(longest.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return fleet.answer(filed.id());
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      asked.remove(filed.id());
    }
  }

  /** As what a request was taken up, whoever asked; empty when nobody knows of that. */
  Optional<RotationId> takenUp(RotationId request) {
    return fleet.answer(request.toString()).flatMap(FiledRequest::begun);
  }

  /**
   * What is filed, or was refused or taken back.
   *
   * @throws RotationRefused when a rotator refused what an earlier run of this agent was asked for
   */
  Optional<Receipt> find(RotationId id) {
    return open()
        .filter(one -> one.request().id().equals(id.toString()))
        .findFirst()
        .map(this::filed)
        .or(() -> ended(id.toString()));
  }

  /** What nobody has taken up: what was asked for here, and at a rotator whatever it hears of. */
  List<Receipt> list() {
    return open().map(this::filed).toList();
  }

  /** Those of a bulk request, also when they were refused or taken back. */
  List<Receipt> batch(String name) {
    Stream<Receipt> open =
        open().filter(one -> one.request().batch().equals(Optional.of(name))).map(this::filed);
    List<FleetRequest> remembered;
    synchronized (known) {
      remembered = List.copyOf(known.values());
    }
    Stream<Receipt> ended =
        remembered.stream()
            .filter(request -> request.batch().equals(Optional.of(name)))
            .flatMap(request -> ended(request.id()).stream());
    return Stream.concat(open, ended).toList();
  }

  /**
   * Takes a request back.
   *
   * @return whether there was one to take back
   * @throws RotationRefused when it was filed elsewhere, or a rotator was faster
   */
  boolean withdraw(RotationId id, String requestedBy) {
    Optional<Filing> filed =
        open().filter(one -> one.request().id().equals(id.toString())).findFirst();
    if (filed.isEmpty()) {
      return false;
    }
    FleetRequest request = filed.get().request();
    if (fleet.filings().stream().noneMatch(one -> one.request().id().equals(request.id()))) {
      throw new RotationRefused(
          Reason.NOT_NOW,
          "this was asked for elsewhere (" + request.requestedBy() + "): take it back in that pod");
    }
    known.put(request.id(), request);
    boolean off = off(request);
    takenUp(id)
        .ifPresent(
            rotation -> {
              throw new RotationRefused(
                  Reason.TOO_LATE, "a rotator has taken it up as rotation " + rotation);
            });
    withdrawn.put(
        request.id(), new Withdrawal(time.instant(), FilingText.withdrawn(requestedBy, off)));
    return true;
  }

  private boolean off(FleetRequest request) {
    try {
      return fleet.withdraw(request.id(), WITHDRAWAL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Stream<Filing> open() {
    List<Filing> own = fleet.filings();
    own.forEach(one -> known.putIfAbsent(one.request().id(), one.request()));
    Stream<Filing> elsewhere =
        fleet.requests().stream()
            .filter(
                request -> own.stream().noneMatch(one -> one.request().id().equals(request.id())))
            .filter(request -> !withdrawn.containsKey(request.id()))
            .map(request -> new Filing(request, true));
    return Stream.concat(own.stream(), elsewhere).filter(this::isShown);
  }

  /** What a person annotated has no id of this form, and is seen at the journal. */
  private boolean isShown(Filing filing) {
    FleetRequest request = filing.request();
    return FiledRequest.begun(request.id()).isPresent()
        && SecretName.isLegal(request.secret())
        && catalog.definition(new SecretName(request.secret())).isPresent();
  }

  private Receipt filed(Filing filing) {
    FleetRequest request = filing.request();
    return receipt(
        request,
        Receipt.FILED,
        Optional.empty(),
        FilingText.waiting(filing, () -> fleet.leadership(request.secret())));
  }

  private Optional<Receipt> ended(String id) {
    Optional<FleetRequest> request = Optional.ofNullable(known.get(id));
    Optional<String> answer = fleet.answer(id);
    if (answer.isPresent()) {
      return answer
          .flatMap(FiledRequest::refusedBy)
          .map(
              refused ->
                  receipt(
                      request.orElseThrow(() -> refused),
                      Receipt.REFUSED,
                      Optional.empty(),
                      String.valueOf(refused.getMessage())));
    }
    return Optional.ofNullable(withdrawn.get(id))
        .flatMap(
            back ->
                request.map(
                    one -> receipt(one, Receipt.WITHDRAWN, Optional.of(back.at()), back.text())));
  }

  private Receipt receipt(
      FleetRequest request, String state, Optional<Instant> endedAt, String message) {
    SecretName secret = new SecretName(request.secret());
    return new Receipt(
        RotationId.parse(request.id()),
        secret,
        catalog.definition(secret).orElseThrow().kind(),
        Cause.ofWireName(request.cause()).orElse(Cause.REQUESTED),
        request.reason(),
        request.requestedBy(),
        request.order().flatMap(Order::ofWireName).orElse(Order.OVERLAP),
        request.at(),
        request.at().plus(request.deadline().orElse(USUAL_DEADLINE)),
        state,
        !state.equals(Receipt.FILED),
        endedAt,
        Optional.of(message),
        Optional.empty(),
        served(secret),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  /** What the rotation is to replace, as far as is known here. */
  private Version served(SecretName secret) {
    return switch (catalog.state(secret)) {
      case ServingState.Holding holding -> holding.served().version();
      case ServingState.Empty empty -> new Version("unknown");
    };
  }

  /** The latest ones. */
  private static final class Remembered<V> extends LinkedHashMap<String, V> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
      return size() > MOST_KNOWN;
    }
  }
}
