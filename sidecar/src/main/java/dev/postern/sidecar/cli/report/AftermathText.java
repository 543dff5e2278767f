package dev.postern.sidecar.cli.report;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What both kinds of document say of the time after a leak, as plain text. */
final class AftermathText {
  static final List<String> USES = List.of("used from", "uses", "first", "last", "when");
  static final List<String> ENTRIES =
      List.of("what", "id", "description", "made at", "made by", "now");

  /** A page that is shown as a link: nothing in it can end the link or run as a script. */
  private static final Pattern PAGE = Pattern.compile("https://[A-Za-z0-9][A-Za-z0-9./_~%?=#:+-]*");

  private AftermathText() {}

  /** How long the provider was or is looked at, in a sentence. */
  static String watched(AftermathView seen) {
    String until = seen.until().map(at -> " until " + at).orElse("");
    String last = seen.lastLook().map(at -> ", last at " + at).orElse(", not yet");
    return seen.finished()
        ? "The provider's account was looked at" + until + last + "."
        : "The provider's account is being looked at" + until + last + ".";
  }

  /** The verdict on uses after the revocation, in a sentence. */
  static String verdict(AftermathView seen) {
    long after = seen.usesAfterRevocation().stream().mapToLong(AftermathView.Use::count).sum();
    if (after > 0) {
      return "ALARM: the provider logged "
          + after
          + (after == 1 ? " use" : " uses")
          + " of the old key after its revocation.";
    }
    if (seen.lastLook().isEmpty()) {
      return "Nothing is known yet of uses after the revocation.";
    }
    return seen.notes().isEmpty()
        ? "No use of the old key after its revocation is in the provider's log so far."
        : "No use of the old key after its revocation was seen; read the notes for what could not"
            + " be looked at.";
  }

  static List<String> use(AftermathView.Use use) {
    return List.of(
        use.source(),
        Long.toString(use.count()),
        time(use.first()),
        time(use.last()),
        use.afterRevocation() ? "AFTER the revocation" : "before the revocation");
  }

  static List<String> entry(AftermathView.Entry entry) {
    return List.of(
        entry.type(),
        entry.id(),
        entry.description(),
        time(entry.createdAt()),
        entry.ours() ? "Postern" : "UNKNOWN",
        entry.listed() ? "still there" : "gone");
  }

  /** The state of a task, with who said so. */
  static String state(AftermathView.Task task) {
    String by = task.markedBy().isEmpty() ? "" : ", says " + task.markedBy();
    return task.state() + by + task.markedAt().map(at -> " at " + at).orElse("");
  }

  /** The page of a task, when it is one that may be shown as a link. */
  static Optional<String> page(AftermathView.Task task) {
    return Optional.of(task.link()).filter(link -> PAGE.matcher(link).matches());
  }

  private static String time(Optional<Instant> at) {
    return at.map(Instant::toString).orElse("-");
  }
}
