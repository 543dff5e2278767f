package dev.postern.mailgun.simulator;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * The certificate of the simulator's SMTP server, for {@code localhost} and the loopback addresses,
 * which is its own authority. Its key is in every copy of this jar: it protects nothing, and lets a
 * client show that it checks certificates.
 */
final class TestCertificate {
  private static final String CERTIFICATE = "smtp-certificate.pem";
  private static final String KEY = "smtp-PUBLIC-TEST-KEY.pem";

  private TestCertificate() {}

  static byte[] pem() {
    return resource(CERTIFICATE);
  }

  static SSLContext context() {
    try {
      char[] none = {};
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(null, null);
      keys.setKeyEntry("smtp", key(), none, new Certificate[] {certificate()});
      // Takes the key out of the store once. PKIX does it at each handshake, with 10,000 rounds of
      // PBKDF2 to find that the password is empty.
      KeyManagerFactory own = KeyManagerFactory.getInstance("SunX509");
      own.init(keys, none);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK cannot use the simulator's certificate", e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a key store in memory", e);
    }
  }

  private static Certificate certificate() throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(pem()));
  }

  private static PrivateKey key() throws GeneralSecurityException {
    String text = new String(resource(KEY), StandardCharsets.US_ASCII);
    String body = text.replaceAll("-----[A-Z ]+-----", "");
    return KeyFactory.getInstance("EC")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
  }

  private static byte[] resource(String name) {
    try (InputStream in = TestCertificate.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the simulator's jar lacks " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name + " of the simulator's jar", e);
    }
  }
}
