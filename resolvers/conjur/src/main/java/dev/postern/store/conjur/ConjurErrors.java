package dev.postern.store.conjur;

import dev.postern.store.StoreException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Puts Conjur's answers into the port's words. Nothing of an answer's body gets into a message. */
final class ConjurErrors {

  /** What was asked for; the same status means another thing for each. */
  enum Act {
    LOG_IN,
    IDENTIFY,
    DESCRIBE,
    LIST,
    READ,
    WRITE
  }

  private ConjurErrors() {}

  /**
   * @param subject the variable, or what else the request was about
   */
  static StoreException of(Answer answer, Act act, String store, String subject) {
    int status = answer.status();
    if (status == 429) {
      return new StoreException.Throttled(
          "store %s: conjur wants fewer calls; nothing is known of %s".formatted(store, subject),
          answer.retryAfter());
    }
    if (status >= 500) {
      return new StoreException.Unavailable(
          "store %s: conjur failed with %d on %s; its own log says why, it recovers by itself"
              .formatted(store, status, subject),
          null);
    }
    return act == Act.LOG_IN
        ? login(status, store, subject)
        : refusal(status, act, store, subject)
            .orElseGet(
                () ->
                    new StoreException.Malformed(
                        "store %s: %d is no answer of conjur to a request for %s; check url and"
                                .formatted(store, status, subject)
                            + " account"));
  }

  private static StoreException login(int status, String store, String subject) {
    return switch (status) {
      case 400 ->
          new StoreException.Denied(
              "store %s: conjur takes what %s holds for no token of a platform; check jwt-file"
                  .formatted(store, subject));
      case 401, 403 ->
          new StoreException.Denied(
              "store %s: conjur refuses %s; check account, login, key and the host's restrictions,"
                      .formatted(store, subject)
                  + " and that the authenticator is enabled");
      case 404 ->
          new StoreException.Unavailable(
              "store %s: there is no login for %s at this url; check url and service-id"
                  .formatted(store, subject),
              null);
      default ->
          new StoreException.Malformed(
              "store %s: %d is no answer of conjur to a login; check url and account"
                  .formatted(store, status));
    };
  }

  private static Optional<StoreException> refusal(
      int status, Act act, String store, String subject) {
    return Optional.ofNullable(
        switch (status) {
          case 401 ->
              new StoreException.Denied(
                  "store %s: conjur refuses the token that it has just issued; check its clock, and"
                          .formatted(store)
                      + " that every server behind the url has the same data key");
          case 403 -> denied(act, store, subject);
          case 404 -> missing(act, store, subject);
          case 422 -> act == Act.WRITE ? blank(store, subject) : null;
          default -> null;
        });
  }

  private static StoreException blank(String store, String subject) {
    return new StoreException.Malformed(
        "store %s: conjur keeps no empty or blank value; nothing was written to %s"
            .formatted(store, subject));
  }

  private static StoreException denied(Act act, String store, String subject) {
    return new StoreException.Denied(
        switch (act) {
          case READ ->
              "store %s: this host sees variable %s but may not read its value; permit it execute"
                  .formatted(store, subject);
          case WRITE ->
              "store %s: this host sees variable %s but may not write it; permit it update"
                  .formatted(store, subject);
          case LOG_IN, IDENTIFY, DESCRIBE, LIST ->
              "store %s: conjur refuses this host on %s; the host may have been deleted"
                  .formatted(store, subject);
        });
  }

  private static StoreException missing(Act act, String store, String subject) {
    if (act == Act.WRITE) {
      return new StoreException.NotFound(
          "store %s: variable %s is missing or not visible to this host; make it in a policy and"
                  .formatted(store, subject)
              + " permit this host update on it");
    }
    if (act == Act.IDENTIFY || act == Act.LIST) {
      return new StoreException.Unavailable(
          "store %s: there is no conjur at this url; check url and account".formatted(store), null);
    }
    return missing(store, subject);
  }

  /** Conjur gives the three reasons one answer, so as not to show what exists. */
  static StoreException.NotFound missing(String store, String variable) {
    return new StoreException.NotFound(
        "store %s: variable %s is missing, empty or not visible to this host; make it in a policy,"
                .formatted(store, variable)
            + " give it a value, or permit this host read and execute on it");
  }

  static StoreException.Malformed unintelligible(String store, String subject) {
    return new StoreException.Malformed(
        "store %s: the answer about %s is not one of conjur's; check url, and that no proxy answers"
            .formatted(store, subject));
  }

  static StoreException.Unavailable unreachable(
      String store, String host, Deadline deadline, IOException failure) {
    String what =
        switch (failure) {
          case SSLPeerUnverifiedException name ->
              "the certificate of " + host + " is for another name; check url";
          case SSLException tls ->
              "no trusted TLS connection to " + host + "; check ca, and the server's certificate";
          case UnknownHostException unknown -> "the name of " + host + " cannot be resolved";
          case ConnectException refused -> host + " accepts no connection";
          case InterruptedIOException late ->
              host + " did not answer within " + deadline.text() + " in all";
          default -> "the connection to " + host + " broke before there was a whole answer";
        };
    return new StoreException.Unavailable("store " + store + ": " + what, null);
  }
}
