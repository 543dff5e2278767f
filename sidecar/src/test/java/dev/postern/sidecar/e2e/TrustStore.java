package dev.postern.sidecar.e2e;

import dev.postern.mailgun.simulator.MailgunSimulator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;

/** The authority of the simulator's SMTP server, in the form that a JVM takes. */
final class TrustStore {
  private TrustStore() {}

  static Path of(Installation installation) {
    Path file = installation.directory().resolve("smtp-ca.jks");
    try (OutputStream out = Files.newOutputStream(file)) {
      // JKS, because a JVM reads certificates out of one without a password.
      KeyStore store = KeyStore.getInstance("JKS");
      store.load(null, null);
      store.setCertificateEntry(
          "simulator",
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(MailgunSimulator.smtpAuthority())));
      store.store(out, "certificates only".toCharArray());
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
