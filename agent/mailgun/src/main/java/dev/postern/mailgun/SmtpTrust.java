package dev.postern.mailgun;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** Which authorities vouch for the SMTP server: the JDK's, or those of a PEM file. */
final class SmtpTrust {
  private SmtpTrust() {}

  static SSLSocketFactory sockets(Optional<Path> ca) throws IOException, GeneralSecurityException {
    if (ca.isEmpty()) {
      return SSLContext.getDefault().getSocketFactory();
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(anchors(ca.get()));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context.getSocketFactory();
  }

  private static KeyStore anchors(Path ca) throws IOException, GeneralSecurityException {
    KeyStore anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null, null);
    try (InputStream in = Files.newInputStream(ca)) {
      int number = 0;
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        anchors.setCertificateEntry("ca-" + number, each);
        number++;
      }
      if (number == 0) {
        throw new IOException("no certificate in it");
      }
    }
    return anchors;
  }
}
