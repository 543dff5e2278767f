package dev.postern.mailgun;

import dev.postern.issuer.IssuerException;
import dev.postern.mailgun.CallObserver.Operation;
import dev.postern.mailgun.CallObserver.Outcome;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Says what an answer that is not the wished one means. Decides here, once, what may be repeated;
 * never passes on a word of the answer.
 */
final class MailgunErrors {
  /** UNCONFIRMED texts; a key that is disabled is another matter. */
  private static final Pattern DISABLED =
      Pattern.compile(
          "\\b(account|domain)\\b(?!.*\\bkey\\b).*\\b(disabled|suspended|deactivated|closed)\\b",
          Pattern.DOTALL);

  private final String issuer;
  private final URI baseUri;
  private final InstantSource clock;

  MailgunErrors(String issuer, URI baseUri, InstantSource clock) {
    this.issuer = issuer;
    this.baseUri = baseUri;
    this.clock = clock;
  }

  /** An answer came that the call has no use for. */
  IssuerException translate(Call<?> call, Reply reply) {
    int status = reply.status();
    if (status == 429) {
      return new IssuerException.Throttled(
          text(call, "mailgun wants fewer calls (429); nothing was done, try again later"),
          RetryAfter.of(reply, clock));
    }
    if (status >= 500) {
      return failed(call, "the server failed (" + status + ")");
    }
    // Mailgun's own 404 for a key was read as "already gone" before it could come here.
    boolean foreign = status == 404 && call.operation() == Operation.DELETE;
    if (DISABLED.matcher(textOf(reply)).find()) {
      return disabled(call, reply);
    }
    if (status < 400 || foreign || reply.isPage() || reply.tooLong()) {
      return notMailguns(call, reply);
    }
    return call.operation() == Operation.PROBE
        ? new IssuerException.Rejected(
            text(call, "answered " + status + ", which tells nothing about the credential"))
        : refused(call, reply);
  }

  /** No answer came. */
  IssuerException translate(Call<?> call, WireFailure failure) {
    String why = failure.getMessage() + " at " + baseUri;
    return call.changesSomething() && !failure.neverLeft()
        ? new IssuerException.OutcomeUnknown(unknown(call, why), failure.getCause())
        : new IssuerException.Unavailable(
            text(call, why + "; check the address and the network"), failure.getCause());
  }

  IssuerException.Rejected rejected(String what, String why) {
    return new IssuerException.Rejected(text(what, why));
  }

  IssuerException.Unauthorized adminKeyUnreadable(String what, String why) {
    return new IssuerException.Unauthorized(text(what, "the admin key can not be read: " + why));
  }

  IssuerException.Unavailable adminKeyNotNow(String what, RuntimeException cause) {
    return new IssuerException.Unavailable(
        text(what, "the admin key can not be read at the moment: " + cause.getMessage()), cause);
  }

  IssuerException.Unavailable adminKeyNotRenewed(String what) {
    return new IssuerException.Unavailable(
        text(
            what,
            "the store still gives the admin key that is to be deleted, and a key does not delete"
                + " itself; it is tried again when the store gives the new one"),
        null);
  }

  IssuerException.Unavailable notYet(String what, String why) {
    return new IssuerException.Unavailable(text(what, why), null);
  }

  IssuerException.Throttled notSent(String what, String why, Duration wait) {
    return new IssuerException.Throttled(
        text(what, why + "; nothing was sent, try again later"), Optional.of(wait));
  }

  IssuerException.Unavailable interrupted(String what) {
    return new IssuerException.Unavailable(text(what, "interrupted before it was sent"), null);
  }

  /** The metric label for a failure. */
  static Outcome outcomeOf(IssuerException failure) {
    return switch (failure) {
      case IssuerException.Unauthorized e -> Outcome.REFUSED;
      case IssuerException.Forbidden e -> Outcome.REFUSED;
      case IssuerException.AccountDisabled e -> Outcome.REFUSED;
      case IssuerException.LimitReached e -> Outcome.REFUSED;
      case IssuerException.Rejected e -> Outcome.REFUSED;
      case IssuerException.Throttled e -> Outcome.THROTTLED;
      case IssuerException.Unavailable e -> Outcome.UNAVAILABLE;
      case IssuerException.OutcomeUnknown e -> Outcome.UNAVAILABLE;
      case IssuerException.Malformed e -> Outcome.ERROR;
    };
  }

  private IssuerException refused(Call<?> call, Reply reply) {
    return switch (reply.status()) {
      case 401 ->
          new IssuerException.Unauthorized(
              text(
                  call,
                  "mailgun refused the admin key (401): the key is dead, or this host's address is"
                      + " not on the account's ip allow list, or "
                      + baseUri
                      + " is the wrong region; check all three"));
      case 402 ->
          new IssuerException.Rejected(
              text(
                  call,
                  "mailgun understood the request and did not carry it out (402); look on its"
                      + " dashboard whether the account's plan and bills allow it"));
      case 403 -> forbidden(call, reply);
      default ->
          new IssuerException.Rejected(
              text(
                  call,
                  "mailgun refused the request ("
                      + reply.status()
                      + "); check that the domain exists in this account and region"));
    };
  }

  private IssuerException forbidden(Call<?> call, Reply reply) {
    // "could not create key, account limit reached" in the vendor's OpenAPI; texts vary.
    boolean limit = call.operation() == Operation.CREATE && textOf(reply).contains("limit");
    return limit
        ? new IssuerException.LimitReached(
            text(
                call,
                "the account holds as many of them as it may (403); delete one that is not used"
                    + " any more, then try again"))
        : new IssuerException.Forbidden(
            text(
                call,
                "the admin key may not do this (403); only a key of the role admin may do all that"
                    + " a rotation needs"));
  }

  private IssuerException disabled(Call<?> call, Reply reply) {
    return new IssuerException.AccountDisabled(
        text(
            call,
            "mailgun has disabled the account or the domain ("
                + reply.status()
                + "); only mailgun's support can help: open a ticket at "
                + MailgunLinks.SUPPORT));
  }

  /** In lower case; only ever looked at. */
  private static String textOf(Reply reply) {
    return reply.message().orElse("").toLowerCase(Locale.ROOT);
  }

  private IssuerException notMailguns(Call<?> call, Reply reply) {
    String why =
        (reply.status() / 100 == 3
                ? "a redirect, which is never followed, was answered ("
                : "the answer is not one of mailgun's (")
            + reply.status()
            + (reply.tooLong() ? ", too long" : "")
            + "); check that "
            + baseUri
            + " is mailgun's address and that no proxy answers in its place";
    // It may have been done although a proxy spoilt the answer.
    return call.operation() == Operation.CREATE || call.operation() == Operation.SET
        ? new IssuerException.OutcomeUnknown(unknown(call, why), null)
        : new IssuerException.Malformed(text(call, why));
  }

  private IssuerException failed(Call<?> call, String why) {
    return call.changesSomething()
        ? new IssuerException.OutcomeUnknown(unknown(call, why), null)
        : new IssuerException.Unavailable(text(call, why), null);
  }

  private String unknown(Call<?> call, String why) {
    return text("tell whether it did " + call.what(), why);
  }

  private String text(Call<?> call, String why) {
    return text(call.what(), why);
  }

  private String text(String what, String why) {
    return "issuer " + issuer + " could not " + what + ": " + why;
  }
}
