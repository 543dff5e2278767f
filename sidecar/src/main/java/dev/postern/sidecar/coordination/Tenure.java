package dev.postern.sidecar.coordination;

import dev.postern.SecretName;
import dev.postern.journal.JournalException;
import dev.postern.kubernetes.Fleet;
import dev.postern.kubernetes.FleetHoldings;
import dev.postern.kubernetes.FleetJournal;
import dev.postern.kubernetes.FleetRequest;
import dev.postern.kubernetes.Term;
import dev.postern.rotation.RotationRefused;
import dev.postern.rotation.RotationTarget;
import dev.postern.rotation.Rotations;
import dev.postern.time.Signal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One term of this agent as the rotator of one secret: opens the secret's journal, takes up its
 * rotations, and answers what the fleet asks for, until the term is over.
 */
final class Tenure implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Tenure.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** After what does not pass by itself. */
  private static final Duration LONG_PAUSE = Duration.ofSeconds(30);

  private final Term term;
  private final Fleet fleet;
  private final FleetHoldings holdings;
  private final Coordination.Parts parts;
  private final RotationTarget target;
  private final Signal closing = new Signal();
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();
  private final Set<String> withdrawn = ConcurrentHashMap.newKeySet();

  // Guarded by this.
  private Optional<Rotations> rotations = Optional.empty();
  private Optional<FleetJournal> journal = Optional.empty();
  private boolean closed;

  Tenure(
      Term term,
      Fleet fleet,
      FleetHoldings holdings,
      Coordination.Parts parts,
      RotationTarget target) {
    this.term = term;
    this.fleet = fleet;
    this.holdings = holdings;
    this.parts = parts;
    this.target = target;
  }

  void start() {
    Thread.ofVirtual().name("tenure-" + secret()).start(this::takeOver);
  }

  private SecretName secret() {
    return target.secret().name();
  }

  /** The engine, once the journal is open and until the term is over. */
  synchronized Optional<Rotations> rotations() {
    return closed ? Optional.empty() : rotations;
  }

  private void takeOver() {
    try {
      while (!isOver()) {
        Optional<FleetJournal> opened = open();
        if (opened.isPresent() && takeUp(opened.get())) {
          log.atInfo()
              .addKeyValue("secret", secret())
              .addKeyValue("term", term.number())
              .log("this agent rotates the secret for its fleet");
          fleet.requests().forEach(this::take);
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<FleetJournal> open() throws InterruptedException {
    try {
      return Optional.of(fleet.journal(term));
    } catch (JournalException.Unwritable away) {
      log.atWarn()
          .addKeyValue("secret", secret())
          .addKeyValue("problem", away.getMessage())
          .log("the fleet's journal cannot be opened; it is tried again");
      pause(PAUSE);
    } catch (JournalException broken) {
      if (!isOver()) {
        log.atError()
            .addKeyValue("secret", secret())
            .addKeyValue("problem", broken.getMessage())
            .log("the secret cannot be rotated; it is tried again");
        pause(LONG_PAUSE);
      }
    }
    return Optional.empty();
  }

  private synchronized boolean takeUp(FleetJournal opened) {
    if (closed) {
      return false;
    }
    Rotations engine =
        new Rotations(
            parts.installation(),
            List.of(target),
            new Rotations.Surroundings(
                opened, parts.serving(), holdings, parts.time(), parts.failpoints()),
            parts.listener(),
            parts.capacity());
    try {
      engine.resume();
    } catch (JournalException away) {
      // What the journal had recovered is handed out once: it is opened anew.
      engine.close();
      return false;
    }
    rotations = Optional.of(engine);
    journal = Optional.of(opened);
    return true;
  }

  /** Somebody asks for a rotation. Returns at once; told of twice, it is taken up once. */
  void take(FleetRequest request) {
    Optional<FleetJournal> opened;
    synchronized (this) {
      opened = journal;
    }
    withdrawn.remove(request.id());
    opened.ifPresent(open -> take(request, open));
  }

  /** It was taken back: what has not begun does not begin. */
  void leave(FleetRequest request) {
    withdrawn.add(request.id());
  }

  private void take(FleetRequest request, FleetJournal open) {
    boolean mine = request.secret().equals(secret().value()) && underWay.add(request.id());
    if (mine) {
      Thread.ofVirtual()
          .name("request-" + secret())
          .start(
              () -> {
                try {
                  answer(request, open);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                } finally {
                  underWay.remove(request.id());
                }
              });
    }
  }

  private void answer(FleetRequest request, FleetJournal open) throws InterruptedException {
    boolean begun = false;
    while (!isOver() && (begun || !withdrawn.contains(request.id()))) {
      try {
        Optional<String> answer = start(request);
        begun = answer.isPresent();
        if (answer.isPresent()) {
          open.settle(request, answer.get());
          return;
        }
      } catch (JournalException.Fenced another) {
        return;
      } catch (JournalException away) {
        log.atWarn()
            .addKeyValue("secret", secret())
            .addKeyValue("problem", away.getMessage())
            .log("a request for a rotation cannot be answered; it is tried again");
      }
      pause(PAUSE);
    }
  }

  /** The answer for whoever asked; nothing when it is to be tried again. */
  private Optional<String> start(FleetRequest request) {
    Optional<Rotations> engine = rotations();
    if (engine.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          engine.get().start(FiledRequest.toRotation(request, secret())).id().toString());
    } catch (RotationRefused refused) {
      if (FiledRequest.mayPass(refused)) {
        return Optional.empty();
      }
      log.atWarn()
          .addKeyValue("secret", secret())
          .addKeyValue("requested_by", request.requestedBy())
          .addKeyValue("why", refused.getMessage())
          .log("a rotation that the fleet was asked for is refused");
      return Optional.of(FiledRequest.refusal(refused));
    }
  }

  private synchronized boolean isOver() {
    return closed || term.isOver();
  }

  private void pause(Duration pause) throws InterruptedException {
    parts.time().await(closing, 0, parts.time().instant().plus(pause));
  }

  /** Stops between two acts; the next term goes on. Waits for the act under way. */
  @Override
  public void close() {
    Optional<Rotations> engine;
    synchronized (this) {
      closed = true;
      engine = rotations;
    }
    closing.raise();
    engine.ifPresent(Rotations::close);
    parts.listener().rotationLeft(secret());
  }
}
