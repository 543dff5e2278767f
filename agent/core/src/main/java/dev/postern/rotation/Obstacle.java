package dev.postern.rotation;

import dev.postern.issuer.IssuerException;
import dev.postern.store.StoreException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a rotation is held up by: a closed set, for alerts and scripts; the message says more. */
public enum Obstacle {
  PROVIDER_UNREACHABLE,
  /** The provider wants fewer calls (429). */
  PROVIDER_THROTTLES,
  /** The provider answers something that is not its own: a proxy, a wrong address. */
  PROVIDER_ANSWER_STRANGE,
  /** The admin credential is refused (401). */
  ADMIN_KEY_REFUSED,
  /** The admin credential may not do this (403). */
  ADMIN_KEY_LACKS_RIGHT,
  /** The account holds as many credentials as it may. */
  KEY_LIMIT_REACHED,
  ACCOUNT_DISABLED,
  /** The provider understood the request and refused it as wrong. */
  REQUEST_REJECTED,
  /** It is not known whether a call was carried out. */
  OUTCOME_UNKNOWN,
  /** The new credential is not accepted yet. */
  SUCCESSOR_NOT_ACCEPTED,
  /** The provider still accepts the revoked credential. */
  OLD_STILL_ACCEPTED,
  /** Both credentials are refused: our address or the region is wrong; that is no death. */
  ADDRESS_OR_REGION_REFUSED,
  /** A probe had no usable answer. */
  PROBE_UNANSWERED,
  STORE_UNREACHABLE,
  STORE_DENIES,
  /** Somebody else changed the secret in the store. */
  STORE_CHANGED,
  STORE_ANSWER_STRANGE;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Optional<Obstacle> ofWireName(String name) {
    return Arrays.stream(values()).filter(one -> one.wireName().equals(name)).findFirst();
  }

  static Obstacle of(IssuerException e) {
    return switch (e) {
      case IssuerException.Unauthorized unauthorized -> ADMIN_KEY_REFUSED;
      case IssuerException.Forbidden forbidden -> ADMIN_KEY_LACKS_RIGHT;
      case IssuerException.AccountDisabled disabled -> ACCOUNT_DISABLED;
      case IssuerException.LimitReached limit -> KEY_LIMIT_REACHED;
      case IssuerException.Rejected rejected -> REQUEST_REJECTED;
      case IssuerException.Throttled throttled -> PROVIDER_THROTTLES;
      case IssuerException.Unavailable unavailable -> PROVIDER_UNREACHABLE;
      case IssuerException.OutcomeUnknown unknown -> OUTCOME_UNKNOWN;
      case IssuerException.Malformed malformed -> PROVIDER_ANSWER_STRANGE;
    };
  }

  static Obstacle of(StoreException e) {
    return switch (e) {
      case StoreException.Denied denied -> STORE_DENIES;
      case StoreException.Unsupported unsupported -> STORE_DENIES;
      case StoreException.NotFound gone -> STORE_CHANGED;
      case StoreException.Conflict conflict -> STORE_CHANGED;
      case StoreException.Unavailable unavailable -> STORE_UNREACHABLE;
      case StoreException.Throttled throttled -> STORE_UNREACHABLE;
      case StoreException.Malformed malformed -> STORE_ANSWER_STRANGE;
    };
  }
}
