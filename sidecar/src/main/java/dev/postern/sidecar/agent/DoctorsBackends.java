package dev.postern.sidecar.agent;

import dev.postern.issuer.CredentialIssuer;
import dev.postern.sidecar.config.IssuerConfig;
import dev.postern.sidecar.config.StoreConfig;
import dev.postern.sidecar.doctor.Doctor;
import dev.postern.store.SecretStore;
import dev.postern.time.TimeSource;

/** Stores and issuers as an agent opens them, without its meters and its patience. */
final class DoctorsBackends implements Doctor.Backends {
  @Override
  public SecretStore open(String name, StoreConfig config) {
    return Stores.openNow(name, config);
  }

  @Override
  public CredentialIssuer open(String name, IssuerConfig config, SecretStore keys) {
    return Issuers.open(name, config, keys, TimeSource.system(), (operation, outcome, took) -> {});
  }
}
