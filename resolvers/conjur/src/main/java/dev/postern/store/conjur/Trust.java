package dev.postern.store.conjur;

import dev.postern.store.StoreException;
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
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Which authorities vouch for the server: those of a PEM file alone, or the JDK's. */
final class Trust {
  private final X509TrustManager manager;
  private final SSLSocketFactory sockets;

  private Trust(X509TrustManager manager) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {manager}, null);
    this.manager = manager;
    this.sockets = context.getSocketFactory();
  }

  /**
   * @throws StoreException.Malformed when the file cannot be read or holds no certificate
   */
  static Trust of(String store, Optional<Path> ca) {
    try {
      return new Trust(manager(ca.isPresent() ? anchors(ca.get()) : null));
    } catch (IOException | GeneralSecurityException e) {
      throw new StoreException.Malformed(
          "store %s: the ca %s is not a readable PEM file with certificates; mount it or mend it"
              .formatted(store, ca.map(Path::toString).orElse("of this JDK")),
          e);
    }
  }

  X509TrustManager manager() {
    return manager;
  }

  SSLSocketFactory sockets() {
    return sockets;
  }

  private static X509TrustManager manager(@Nullable KeyStore anchors)
      throws GeneralSecurityException {
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(anchors);
    for (TrustManager each : factory.getTrustManagers()) {
      if (each instanceof X509TrustManager found) {
        return found;
      }
    }
    throw new GeneralSecurityException("this JDK has no trust manager for certificates");
  }

  private static KeyStore anchors(Path ca) throws IOException, GeneralSecurityException {
    KeyStore anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null, null);
    try (InputStream in = Files.newInputStream(ca)) {
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        anchors.setCertificateEntry("ca-" + anchors.size(), each);
      }
    }
    if (anchors.size() == 0) {
      throw new IOException("no certificate in it");
    }
    return anchors;
  }
}
