package dev.postern.sidecar.server;

import dev.postern.RotationId;
import dev.postern.SecretName;
import dev.postern.rotation.Cause;
import dev.postern.rotation.Order;
import dev.postern.rotation.Receipt;
import dev.postern.rotation.RotationRefused;
import dev.postern.rotation.RotationRequest;
import dev.postern.serving.SecretDefinition;
import dev.postern.sidecar.http.BadRequestException;
import dev.postern.sidecar.http.JsonBody;
import dev.postern.sidecar.http.Peer;
import dev.postern.sidecar.http.Problem;
import dev.postern.sidecar.http.Reply;
import dev.postern.sidecar.http.RequestTarget;
import dev.postern.sidecar.http.Route;
import dev.postern.time.DurationText;
import io.netty.handler.codec.http.HttpMethod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What can be asked of the admin socket. The work may block; finding it does not. */
final class AdminRequests {
  private static final Set<String> ROTATE_MEMBERS =
      Set.of("cause", "reason", "deadline", "order", "dry_run", "batch");
  private static final int LONGEST_REASON = 1000;

  record Request(HttpMethod method, RequestTarget target, String body, Peer peer) {}

  /** What to do, and as what to count it. */
  record Action(Route route, Supplier<Reply> work) {}

  private final AdminServer.Services services;
  private final AgentStatus status;
  private final TaskMarks tasks;
  private final RefreshRequests refreshes;

  AdminRequests(AdminServer.Services services) {
    this.services = services;
    this.status = new AgentStatus(services);
    this.tasks = new TaskMarks(services.rotations());
    this.refreshes = new RefreshRequests(services);
  }

  Action find(Request request) {
    RequestTarget target = request.target;
    if (!target.starts("v1") || target.size() < 2) {
      return unknownPath();
    }
    return switch (target.segment(1)) {
      case "secrets" -> secrets(request);
      case "rotations" -> rotations(request);
      case "consumers" -> single(request, Route.CONSUMERS, () -> consumers(target));
      case "status" -> single(request, Route.STATUS, () -> Reply.json(200, status.toJson()));
      default -> unknownPath();
    };
  }

  private Action secrets(Request request) {
    RequestTarget target = request.target;
    if (target.size() == 2) {
      return read(request, Route.LIST, this::list);
    }
    if (target.size() == 4 && target.segment(3).equals("rotations")) {
      return request.method.equals(HttpMethod.POST)
          ? new Action(Route.ROTATE, () -> refusable(() -> rotate(request)))
          : wrongMethod(Route.ROTATE, "POST");
    }
    if (target.size() == 4 && target.segment(3).equals("refresh")) {
      return request.method.equals(HttpMethod.POST)
          ? new Action(Route.REFRESH, () -> refresh(request))
          : wrongMethod(Route.REFRESH, "POST");
    }
    return unknownPath();
  }

  private Action rotations(Request request) {
    RequestTarget target = request.target;
    if (target.size() == 2) {
      return read(
          request,
          Route.ROTATIONS,
          () ->
              refusable(() -> Reply.json(200, RotationJson.receipts(listed(target.one("batch"))))));
    }
    if (target.size() == 5 && target.segment(3).equals("tasks")) {
      return request.method.equals(HttpMethod.PUT)
          ? new Action(Route.ROTATIONS, () -> refusable(() -> tasks.mark(request)))
          : wrongMethod(Route.ROTATIONS, "PUT");
    }
    if (target.size() != 3) {
      return unknownPath();
    }
    if (request.method.equals(HttpMethod.DELETE)) {
      return new Action(Route.ROTATIONS, () -> refusable(() -> cancel(request)));
    }
    return request.method.equals(HttpMethod.GET)
        ? new Action(Route.ROTATIONS, () -> refusable(() -> find(target.segment(2))))
        : wrongMethod(Route.ROTATIONS, "GET, HEAD, DELETE");
  }

  private static Action single(Request request, Route route, Supplier<Reply> work) {
    return request.target.size() == 2 ? read(request, route, work) : unknownPath();
  }

  private static Action read(Request request, Route route, Supplier<Reply> work) {
    return request.method.equals(HttpMethod.GET)
        ? new Action(route, work)
        : wrongMethod(route, "GET, HEAD");
  }

  private static Action wrongMethod(Route route, String allowed) {
    return new Action(
        route,
        () -> Reply.problem(Problem.METHOD_NOT_ALLOWED, "use " + allowed).with("Allow", allowed));
  }

  private static Action unknownPath() {
    return new Action(
        Route.OTHER,
        () ->
            Reply.problem(
                Problem.UNKNOWN_PATH,
                "the paths here are /v1/secrets, /v1/rotations, /v1/consumers and /v1/status"));
  }

  private Reply list() {
    Instant now = services.time().instant();
    List<Map<String, Object>> all =
        services.catalog().definitions().stream()
            .map(secret -> SecretSummary.forAdministrators(secret, services, now))
            .toList();
    return Reply.json(200, all);
  }

  private Reply consumers(RequestTarget target) {
    Optional<String> name = target.one("name");
    if (name.isEmpty()) {
      return consumers(secret -> true);
    }
    return known(name.get())
        .map(wanted -> consumers(wanted::equals))
        .orElseGet(AdminRequests::unknownSecret);
  }

  private Reply consumers(Predicate<SecretName> secrets) {
    Instant now = services.time().instant();
    Stream<Map<String, Object>> here =
        services.consumers().interests(secrets).stream()
            .map(interest -> ConsumerJson.of(interest, now));
    Stream<Map<String, Object>> elsewhere =
        services.catalog().definitions().stream()
            .map(SecretDefinition::name)
            .filter(secrets)
            .flatMap(secret -> services.elsewhere().apply(secret).stream())
            .map(ConsumerJson::ofAgent);
    return Reply.json(200, Stream.concat(here, elsewhere).toList());
  }

  private Reply refresh(Request request) {
    return known(request.target.segment(2))
        .flatMap(services.catalog()::definition)
        .map(secret -> refreshes.refresh(secret, request.body, request.peer))
        .orElseGet(AdminRequests::unknownSecret);
  }

  private Reply rotate(Request request) {
    JsonBody body = JsonBody.parse(request.body.isEmpty() ? "{}" : request.body, ROTATE_MEMBERS);
    Optional<SecretName> secret = known(request.target.segment(2));
    if (secret.isEmpty()) {
      return unknownSecret();
    }
    RotationRequest wanted =
        new RotationRequest(
            secret.get(),
            body.text("cause").map(AdminRequests::cause).orElse(Cause.REQUESTED),
            reason(body),
            request.peer.asConsumer().describe(),
            body.text("deadline").map(AdminRequests::deadline),
            body.text("order").map(AdminRequests::order),
            body.text("batch").map(AdminRequests::batch));
    if (body.flag("dry_run")) {
      return Reply.json(200, RotationJson.preview(services.rotations().preview(wanted)));
    }
    Audit.allowed(request.peer, "rotate-" + wanted.cause().wireName(), wanted.secret().value(), "");
    Receipt receipt = services.rotations().start(wanted);
    // Its batch may have rotated it before: then there is nothing to wait for.
    return Reply.json(receipt.ended() ? 200 : 202, RotationJson.receipt(receipt))
        .with("Location", "/v1/rotations/" + receipt.id());
  }

  private static String reason(JsonBody body) {
    String reason = body.text("reason").orElse("");
    if (reason.length() > LONGEST_REASON) {
      throw new BadRequestException(
          "the reason is longer than " + LONGEST_REASON + " characters: shorten it");
    }
    return reason;
  }

  private static Cause cause(String text) {
    return Cause.ofWireName(text)
        .orElseThrow(
            () -> new BadRequestException("cause is one of compromised, scheduled, requested"));
  }

  private static Order order(String text) {
    return Order.ofWireName(text)
        .orElseThrow(() -> new BadRequestException("order is one of overlap, revoke-first"));
  }

  private static String batch(String text) {
    if (!RotationRequest.isLegalBatch(text)) {
      throw new BadRequestException(
          "batch is 1 to 63 letters, digits, dots, dashes and underscores");
    }
    return text;
  }

  private List<Receipt> listed(Optional<String> batch) {
    return batch
        .map(name -> services.rotations().batch(name))
        .orElseGet(() -> services.rotations().list());
  }

  private static Duration deadline(String text) {
    Duration deadline =
        DurationText.parse(text)
            .orElseThrow(
                () ->
                    new BadRequestException("deadline is not a duration: " + DurationText.ADVICE));
    if (!deadline.isPositive()) {
      throw new BadRequestException("deadline is longer than nothing");
    }
    return deadline;
  }

  private Reply find(String text) {
    return idOf(text)
        .flatMap(id -> services.rotations().find(id))
        .map(receipt -> Reply.json(200, RotationJson.receipt(receipt)))
        .orElseGet(AdminRequests::unknownRotation);
  }

  private Reply cancel(Request request) {
    Optional<RotationId> id = idOf(request.target.segment(2));
    if (id.isEmpty()) {
      return unknownRotation();
    }
    Audit.allowed(request.peer, "cancel", id.get().toString(), "");
    services.rotations().cancel(id.get(), request.peer.asConsumer().describe());
    return services
        .rotations()
        .find(id.get())
        .map(receipt -> Reply.json(202, RotationJson.receipt(receipt)))
        .orElseGet(() -> Reply.empty(202));
  }

  static Optional<RotationId> idOf(String text) {
    try {
      return Optional.of(RotationId.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Optional<SecretName> known(String name) {
    return SecretName.isLegal(name)
        ? services.catalog().definition(new SecretName(name)).map(found -> found.name())
        : Optional.empty();
  }

  private static Reply unknownSecret() {
    return Reply.problem(
        Problem.UNKNOWN_SECRET, "the config has no such secret: list shows those it has");
  }

  static Reply unknownRotation() {
    return Reply.problem(
        Problem.UNKNOWN_ROTATION, "the journal has no such rotation: rotations shows those it has");
  }

  private static Reply refusable(Supplier<Reply> work) {
    try {
      return work.get();
    } catch (RotationRefused e) {
      Problem problem =
          switch (e.reason()) {
            case UNKNOWN_SECRET -> Problem.UNKNOWN_SECRET;
            case UNKNOWN_ROTATION -> Problem.UNKNOWN_ROTATION;
            case UNKNOWN_TASK -> Problem.UNKNOWN_TASK;
            case NOT_ROTATABLE -> Problem.NOT_ROTATABLE;
            case STORE_READ_ONLY -> Problem.STORE_READ_ONLY;
            case TOO_LATE -> Problem.TOO_LATE;
            case NOT_NOW -> Problem.NOT_NOW;
            case STORE_UNREACHABLE -> Problem.STORE_UNREACHABLE;
          };
      return Reply.problem(problem, String.valueOf(e.getMessage()));
    }
  }
}
