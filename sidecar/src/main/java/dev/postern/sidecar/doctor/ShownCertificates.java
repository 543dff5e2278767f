package dev.postern.sidecar.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Takes note of what a server shows and of what the real trust manager says of it, and lets it
 * pass. Only for looking: what is trusted is decided elsewhere, by each client for itself.
 */
final class ShownCertificates extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager real;
  private volatile X509Certificate[] chain = {};
  private volatile boolean trusted;
  private volatile boolean rightName;

  private ShownCertificates(X509ExtendedTrustManager real) {
    this.real = real;
  }

  /**
   * @param ca whom to trust instead of the JDK's authorities
   */
  static ShownCertificates judgedBy(Optional<Path> ca)
      throws IOException, GeneralSecurityException {
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(ca.isPresent() ? anchors(ca.get()) : null);
    return Arrays.stream(factory.getTrustManagers())
        .filter(X509ExtendedTrustManager.class::isInstance)
        .map(X509ExtendedTrustManager.class::cast)
        .findFirst()
        .map(ShownCertificates::new)
        .orElseThrow(() -> new GeneralSecurityException("no trust manager for certificates"));
  }

  /** The server's first; none when it showed none. */
  X509Certificate[] chain() {
    return chain.clone();
  }

  boolean trusted() {
    return trusted;
  }

  boolean rightName() {
    return rightName;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] shown, String type, Socket socket) {
    chain = shown.clone();
    trusted = passes(() -> real.checkServerTrusted(shown, type));
    rightName = passes(() -> real.checkServerTrusted(shown, type, socket));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] shown, String type, SSLEngine engine) {
    throw new IllegalStateException("only sockets are looked at");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] shown, String type) {
    throw new IllegalStateException("only sockets are looked at");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] shown, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("nobody is served here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] shown, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("nobody is served here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] shown, String type) throws CertificateException {
    throw new CertificateException("nobody is served here");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return real.getAcceptedIssuers();
  }

  private static boolean passes(Judgement judgement) {
    try {
      judgement.pass();
      return true;
    } catch (CertificateException e) {
      return false;
    }
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

  private interface Judgement {
    void pass() throws CertificateException;
  }
}
