package dev.postern.sidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A server's key and self-signed certificate, made by the JDK's keytool in a test's folder. */
final class TestServerKey {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final KeyStore keys;
  private final Path certificate;

  private TestServerKey(KeyStore keys, Path certificate) {
    this.keys = keys;
    this.certificate = certificate;
  }

  /**
   * @param names such as {@code ip:127.0.0.1}
   * @param start as keytool takes it, such as {@code -30d}
   */
  static TestServerKey make(Path folder, String name, String names, String start, int days)
      throws IOException, GeneralSecurityException, InterruptedException {
    Path file = folder.resolve(name + ".p12");
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "SAN=" + names,
                "-startdate",
                start,
                "-validity",
                Integer.toString(days)));
    line.addAll(
        List.of("-storetype", "PKCS12", "-keystore", file.toString(), "-storepass", "changeit"));
    Process keytool = new ProcessBuilder(line).redirectErrorStream(true).start();
    assertThat(keytool.waitFor()).as("keytool").isZero();
    KeyStore keys = KeyStore.getInstance(file.toFile(), PASSWORD);
    byte[] encoded = keys.getCertificate(name).getEncoded();
    String pem =
        "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
            .formatted(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded));
    return new TestServerKey(keys, Files.writeString(folder.resolve(name + ".pem"), pem));
  }

  Path certificate() {
    return certificate;
  }

  SSLContext context() throws GeneralSecurityException {
    KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
    own.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), null, null);
    return context;
  }
}
