package dev.postern.mailgun;

import dev.postern.SecretBytes;
import dev.postern.issuer.IssuerException;
import dev.postern.issuer.ProbeResult;
import dev.postern.mailgun.CallObserver.Outcome;
import dev.postern.store.StoreException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.function.Supplier;

/** Carries calls out: with the right key, within the deadline, repeated where that is safe. */
final class MailgunCalls implements AutoCloseable {
  private final MailgunTimeouts timeouts;
  private final HttpWire wire;
  private final CachedAdminKey adminKey;
  private final MailgunErrors errors;
  private final CallObserver observer;
  private final Retries retries;

  MailgunCalls(
      MailgunTimeouts timeouts,
      HttpWire wire,
      AdminKey adminKey,
      MailgunErrors errors,
      CallObserver observer) {
    this.timeouts = timeouts;
    this.wire = wire;
    this.adminKey = new CachedAdminKey(adminKey);
    this.errors = errors;
    this.observer = observer;
    retries = new Retries(timeouts, wire::isOpen);
  }

  <T> T asAdmin(Call<T> call) {
    Deadline deadline = Deadline.in(timeouts.call());
    return retries.run(call.operation(), deadline, () -> attemptAsAdmin(call, deadline));
  }

  /** With the key that is to be probed. */
  <T> T with(SecretBytes key, Call<T> call) {
    Deadline deadline = Deadline.in(timeouts.call());
    return retries.run(
        call.operation(),
        deadline,
        () -> exchange(call, () -> Authorization.exposeHeader(key), deadline));
  }

  void renewAuthority() {
    adminKey.renew();
  }

  @Override
  public void close() {
    adminKey.close();
    wire.close();
  }

  /** A 401 is known to have done nothing, so that even making a key may be tried again after it. */
  private <T> T attemptAsAdmin(Call<T> call, Deadline deadline) {
    int generation = read(call, adminKey::generation);
    try {
      return exchange(call, adminKey::exposeHeader, deadline);
    } catch (IssuerException.Unauthorized refused) {
      if (!read(call, () -> adminKey.isRenewedSince(generation))) {
        throw refused;
      }
      return exchange(call, adminKey::exposeHeader, deadline);
    }
  }

  private <T> T exchange(Call<T> call, HeaderSource authorization, Deadline deadline) {
    long start = System.nanoTime();
    Outcome outcome = Outcome.ERROR;
    try {
      T result = exchangeUnobserved(call, authorization, deadline);
      outcome = result instanceof ProbeResult.Refused ? Outcome.REFUSED : Outcome.OK;
      return result;
    } catch (IssuerException e) {
      outcome = MailgunErrors.outcomeOf(e);
      throw e;
    } finally {
      observer.requestEnded(call.operation(), outcome, Duration.ofNanos(System.nanoTime() - start));
    }
  }

  private <T> T exchangeUnobserved(Call<T> call, HeaderSource authorization, Deadline deadline) {
    try {
      HttpRequest request =
          call.request().copy().setHeader("Authorization", authorization.exposeHeader()).build();
      try (Reply reply = wire.send(request, deadline.remainingUpTo(timeouts.request()))) {
        return call.read().apply(reply).orElseThrow(() -> errors.translate(call, reply));
      }
    } catch (WireFailure failure) {
      throw errors.translate(call, failure);
    }
  }

  private <V> V read(Call<?> call, Supplier<V> reading) {
    try {
      return reading.get();
    } catch (StoreException e) {
      if (e.isTransient()) {
        throw errors.adminKeyNotNow(call.what(), e);
      }
      throw errors.adminKeyUnreadable(call.what(), String.valueOf(e.getMessage()));
    }
  }

  /** Makes the header for one request; the string is not kept. */
  private interface HeaderSource {
    String exposeHeader() throws WireFailure;
  }
}
