package dev.postern.sidecar.config;

import dev.postern.SecretKind;
import dev.postern.SecretKind.Succession;
import dev.postern.rotation.Order;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What can be wrong with a secret although each of its keys is right. */
final class SecretChecks {
  private final Declared<StoreConfig> stores;
  private final Declared<IssuerConfig> issuers;
  private final List<SecretConfig> earlier = new ArrayList<>();

  SecretChecks(Declared<StoreConfig> stores, Declared<IssuerConfig> issuers) {
    this.stores = stores;
    this.issuers = issuers;
  }

  void check(SecretConfig secret, Section section) {
    if (secret.refresh().compareTo(secret.maxStale()) >= 0) {
      section.error(
          "refresh", "'refresh' must be shorter than 'max-stale', or every value grows too old");
    }
    if (section.has("issuer")) {
      checkRotatable(secret, section);
    } else {
      checkReadOnly(secret, section);
    }
    if (secret.kind() == SecretKind.STATIC && secret.source().field().isPresent()) {
      section.error(
          "source", "a static secret is served with all its fields; remove 'field' from 'source'");
    }
    checkSoleRotation(secret, section);
    earlier.add(secret);
  }

  private void checkReadOnly(SecretConfig secret, Section section) {
    if (section.has("rotation")) {
      section.errorAtKey(
          "rotation", "'rotation' needs an 'issuer'; without one this secret is never rotated");
    } else if (secret.kind() != SecretKind.STATIC && !issuers.names().isEmpty()) {
      section.warningHere("without 'issuer' this secret is served and never rotated");
    }
  }

  private void checkRotatable(SecretConfig secret, Section section) {
    if (secret.kind() == SecretKind.STATIC) {
      section.error("issuer", "a static secret is never rotated; remove 'issuer'");
      return;
    }
    boolean ofOneDomain =
        secret.kind() == SecretKind.MAILGUN_SENDING_KEY || secret.kind() == SecretKind.MAILGUN_SMTP;
    if (ofOneDomain && !section.has("domain")) {
      section.errorHere(
          "'domain' is missing; a " + secret.kind().wireName() + " is for one domain");
    }
    if (!ofOneDomain && section.has("domain")) {
      section.errorAtKey(
          "domain", "a " + secret.kind().wireName() + " is for the whole account; remove 'domain'");
    }
    Optional<StoreConfig> store = stores.get(secret.source().store());
    if (store.isPresent() && !store.get().writable()) {
      section.error(
          "issuer",
          "store '"
              + secret.source().store()
              + "' is read-only, so this secret cannot be rotated; remove 'issuer' or move it");
    }
    checkIssuer(secret, section);
    if (secret.kind().succession() == Succession.BESIDE) {
      checkExpiration(secret, section);
    }
  }

  private void checkIssuer(SecretConfig secret, Section section) {
    Optional<IssuerConfig> issuer = secret.issuer().flatMap(issuers::get);
    if (issuer.isEmpty()) {
      return;
    }
    boolean smtp =
        switch (issuer.get()) {
          case IssuerConfig.Mailgun mailgun -> mailgun.smtp().isPresent();
        };
    if (secret.kind() == SecretKind.MAILGUN_SMTP && !smtp) {
      section.error(
          "issuer",
          "this issuer has no SMTP server to test a login at; add smtp: {host, port} to it");
    }
    IssuerConfig.AdminKey admin = issuer.get().adminKey();
    boolean authority =
        admin.store().equals(secret.source().store())
            && admin.path().equals(secret.source().path());
    if (authority && secret.rotation().order() == Order.REVOKE_FIRST) {
      section.error(
          "rotation",
          "this is the issuer's own admin key, with which its successor is made, so it cannot be"
              + " revoked first; remove 'order'");
    }
  }

  /** A key that dies by itself must be replaced before. */
  private void checkExpiration(SecretConfig secret, Section section) {
    Optional<Duration> expiration =
        secret.issuer().flatMap(issuers::get).flatMap(IssuerConfig::keyExpiration);
    if (expiration.isEmpty()) {
      return;
    }
    Optional<Duration> maxAge = secret.rotation().maxAge();
    if (maxAge.isEmpty()) {
      section.warningHere(
          "the issuer's 'key-expiration' ends this key, and without 'max-age' no successor is made");
    } else if (maxAge.get().compareTo(expiration.get()) >= 0) {
      section.error("rotation", "'max-age' must be shorter than the issuer's 'key-expiration'");
    }
  }

  /**
   * At most one rotation per stored secret at a time (I7), which one name cannot see of another.
   */
  private void checkSoleRotation(SecretConfig secret, Section section) {
    for (SecretConfig other : earlier) {
      if (other.source().sameSecret(secret.source())
          && (other.issuer().isPresent() || secret.issuer().isPresent())) {
        section.error(
            "source",
            "secret '" + other.name() + "' has the same source, and a rotated one is named once");
        return;
      }
    }
  }
}
