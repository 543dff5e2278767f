package dev.postern.mailgun;

import dev.postern.mailgun.CallObserver.Operation;
import java.net.http.HttpRequest;
import java.util.Optional;
import java.util.function.Function;

/**
 * One thing to ask of Mailgun.
 *
 * @param what completes "could not ..."; names the domain or the key's id
 * @param request without its Authorization
 * @param read makes the result of the answer; empty when the answer is none of those that it knows,
 *     and so a failure
 */
record Call<T>(
    ApiFamily family,
    Operation operation,
    String what,
    HttpRequest.Builder request,
    Function<Reply, Optional<T>> read) {

  /** Whether a request without an answer may have changed something at Mailgun. */
  boolean changesSomething() {
    return switch (operation) {
      case CREATE, SET, DELETE -> true;
      case LIST, READ, PROBE -> false;
    };
  }
}
