package dev.postern.mailgun;

import dev.postern.SecretBytes;
import dev.postern.issuer.IssuerException;
import dev.postern.issuer.ProbeResult;
import dev.postern.mailgun.CallObserver.Outcome;
import dev.postern.store.StoreException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** Carries calls out: with the right key, within the deadline, repeated where that is safe. */
final class MailgunCalls implements AutoCloseable {
  private final MailgunTimeouts timeouts;
  private final HttpWire wire;
  private final CachedAdminKey adminKey;
  private final MailgunErrors errors;
  private final CallObserver observer;
  private final Retries retries;
  private final Map<ApiFamily, CallPacing> pacings = new EnumMap<>(ApiFamily.class);

  MailgunCalls(
      MailgunConfig config,
      HttpWire wire,
      AdminKey adminKey,
      MailgunErrors errors,
      CallObserver observer) {
    timeouts = config.timeouts();
    this.wire = wire;
    this.adminKey = new CachedAdminKey(adminKey);
    this.errors = errors;
    this.observer = observer;
    retries = new Retries(timeouts, wire::isOpen);
    for (ApiFamily family : ApiFamily.values()) {
      OptionalInt limit =
          family == ApiFamily.DOMAINS ? config.domainCallsPerMinute() : OptionalInt.empty();
      pacings.put(
          family,
          limit.isPresent()
              ? CallPacing.perMinute(errors, limit.getAsInt())
              : CallPacing.unlimited(errors));
    }
  }

  <T> T asAdmin(Call<T> call) {
    Deadline deadline = Deadline.in(timeouts.call());
    return retries.run(call.operation(), deadline, () -> attemptAsAdmin(call, deadline));
  }

  /**
   * With an admin key of a later generation than the one given, for which it waits: a store may be
   * behind for a moment, and a key must not be asked to delete itself.
   */
  <T> T asRenewedAdmin(Call<T> call, int generation) {
    Deadline deadline = Deadline.in(timeouts.call());
    return retries.run(
        call.operation(),
        deadline,
        () -> {
          if (!read(call.what(), () -> adminKey.isRenewedSince(generation))) {
            throw errors.adminKeyNotRenewed(call.what());
          }
          return attemptAsAdmin(call, deadline);
        });
  }

  /** The generation of the admin key, if it is this one. */
  OptionalInt generationIfAdmin(String what, SecretBytes key) {
    int generation = read(what, adminKey::generation);
    return adminKey.is(key) ? OptionalInt.of(generation) : OptionalInt.empty();
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
    int generation = read(call.what(), adminKey::generation);
    try {
      return exchange(call, adminKey::exposeHeader, deadline);
    } catch (IssuerException.Unauthorized refused) {
      if (!read(call.what(), () -> adminKey.isRenewedSince(generation))) {
        throw refused;
      }
      return exchange(call, adminKey::exposeHeader, deadline);
    }
  }

  private <T> T exchange(Call<T> call, HeaderSource authorization, Deadline deadline) {
    CallPacing pacing = Objects.requireNonNull(pacings.get(call.family()));
    pacing.await(call.what(), deadline);
    long start = System.nanoTime();
    Outcome outcome = Outcome.ERROR;
    try {
      T result = exchangeUnobserved(call, authorization, deadline);
      outcome = result instanceof ProbeResult.Refused ? Outcome.REFUSED : Outcome.OK;
      return result;
    } catch (IssuerException e) {
      outcome = MailgunErrors.outcomeOf(e);
      if (e instanceof IssuerException.Throttled throttled) {
        throttled.retryAfter().ifPresent(pacing::pause);
      }
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

  private <V> V read(String what, Supplier<V> reading) {
    try {
      return reading.get();
    } catch (StoreException e) {
      if (e.isTransient()) {
        throw errors.adminKeyNotNow(what, e);
      }
      throw errors.adminKeyUnreadable(what, String.valueOf(e.getMessage()));
    }
  }

  /** Makes the header for one request; the string is not kept. */
  private interface HeaderSource {
    String exposeHeader() throws WireFailure;
  }
}
