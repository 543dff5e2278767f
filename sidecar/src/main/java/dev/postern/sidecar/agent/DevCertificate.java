package dev.postern.sidecar.agent;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * The certificate of the simulated SMTP server: made once by the JDK's own keytool, good for this
 * machine only, and trusted by nobody but the config of {@code postern dev}.
 */
final class DevCertificate {
  private static final String ALIAS = "smtp";

  /** It protects nothing: whoever can read the folder has the key's file and this source. */
  private static final String PASSWORD = "of postern dev";

  private final Path keys;
  private final Path authority;

  private DevCertificate(Path directory) {
    keys = directory.resolve("smtp.p12");
    authority = directory.resolve("smtp-ca.pem");
  }

  static DevCertificate in(Path directory) throws IOException {
    DevCertificate certificate = new DevCertificate(directory);
    if (!Files.exists(certificate.authority)) {
      certificate.make();
    }
    return certificate;
  }

  /** A PEM file of what is to be trusted. */
  Path authority() {
    return authority;
  }

  private void make() throws IOException {
    Files.deleteIfExists(keys);
    runKeytool();
    Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-------"));
    try {
      Certificate made = load().getCertificate(ALIAS);
      String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(made.getEncoded());
      Files.writeString(
          authority, "-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n");
    } catch (GeneralSecurityException e) {
      throw new IOException("the simulated server's certificate is not readable", e);
    }
  }

  private void runKeytool() throws IOException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    ALIAS,
                    "-keyalg",
                    "EC",
                    "-dname",
                    "CN=postern dev",
                    "-ext",
                    "SAN=IP:127.0.0.1,DNS:localhost",
                    "-validity",
                    "3650",
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    keys.toString(),
                    "-storepass",
                    PASSWORD))
            .redirectErrorStream(true)
            .start();
    try (InputStream said = process.getInputStream()) {
      String text = new String(said.readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new IOException("keytool made no certificate for the simulated server: " + text);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private KeyStore load() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  SSLContext context() throws IOException {
    try {
      KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
      managers.init(load(), PASSWORD.toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("the simulated server's certificate cannot be used: remove " + keys, e);
    }
  }
}
