package dev.postern.mailgun;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A server that is {@value #NAME} by its certificate, which the simulator's authority has signed.
 */
final class OtherHost {
  static final String NAME = "mail.example.com";

  private OtherHost() {}

  static SSLContext context() throws GeneralSecurityException, IOException {
    char[] none = {};
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    try (InputStream certificate = open("other-host-certificate.pem");
        InputStream key = open("other-host-PUBLIC-TEST-KEY.pem")) {
      String text = new String(key.readAllBytes(), StandardCharsets.US_ASCII);
      byte[] encoded = Base64.getMimeDecoder().decode(text.replaceAll("-----[A-Z ]+-----", ""));
      keys.setKeyEntry(
          NAME,
          KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded)),
          none,
          new Certificate[] {
            CertificateFactory.getInstance("X.509").generateCertificate(certificate)
          });
    }
    KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
    own.init(keys, none);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), null, null);
    return context;
  }

  private static InputStream open(String name) {
    return Objects.requireNonNull(OtherHost.class.getResourceAsStream(name), name);
  }
}
