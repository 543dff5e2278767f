package dev.postern.store.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whom the client trusts over TLS. Certificates are made by the JDK's keytool; a trusted authority
 * is in a trust store of the JVM.
 */
@Timeout(60)
final class AwsTlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final List<String> PROPERTIES =
      List.of(
          "aws.accessKeyId",
          "aws.secretAccessKey",
          "javax.net.ssl.trustStore",
          "javax.net.ssl.trustStorePassword");

  @TempDir private Path directory;
  private final AtomicInteger requests = new AtomicInteger();

  @BeforeEach
  void surround() {
    System.setProperty("aws.accessKeyId", "AKIAEXAMPLE");
    System.setProperty("aws.secretAccessKey", "example");
  }

  @AfterEach
  void restore() {
    PROPERTIES.forEach(System::clearProperty);
  }

  @Test
  void certificateOfAnUnknownAuthorityIsRefusedWithoutARequest() throws Exception {
    refused(serverKey("SAN=ip:127.0.0.1"));
  }

  @Test
  void certificateForAnotherNameIsRefusedWithoutARequest() throws Exception {
    KeyStore key = serverKey("SAN=dns:secretsmanager.example.com");
    trust(key);
    refused(key);
  }

  @Test
  void certificateOfATrustedAuthorityForTheRightNameIsAccepted() throws Exception {
    KeyStore key = serverKey("SAN=ip:127.0.0.1");
    trust(key);

    assertThat(failureOf(key)).hasMessageNotContaining("TLS");
    assertThat(requests).hasPositiveValue();
  }

  private void refused(KeyStore key) throws Exception {
    Throwable failure = failureOf(key);

    assertThatExceptionOfType(StoreException.Unavailable.class)
        .isThrownBy(
            () -> {
              throw failure;
            })
        .withMessageContaining("TLS failed, the certificate is not trusted or for another name")
        .withMessageContaining("add its authority to the trust store of the JVM");
    assertThat(requests).hasValue(0);
  }

  /** The server answers nothing that could be a secret. */
  private Throwable failureOf(KeyStore key) throws Exception {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(key, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          exchange.sendResponseHeaders(404, -1);
          exchange.close();
        });
    server.start();
    try (SecretStore store = AwsStoreFactory.open(config(server.getAddress().getPort()))) {
      return catchThrowable(() -> store.head(new SecretPath("mail/sending")));
    } finally {
      server.stop(0);
    }
  }

  private static AwsConfig config(int port) {
    return new AwsConfig(
        "aws",
        Optional.of("eu-west-1"),
        Optional.empty(),
        Optional.of(URI.create("https://127.0.0.1:" + port)),
        Optional.empty(),
        false,
        false,
        Duration.ofSeconds(10));
  }

  private void trust(KeyStore key) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", key.getCertificate("server"));
    Path file = directory.resolve("trusted.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      trusted.store(out, PASSWORD);
    }
    System.setProperty("javax.net.ssl.trustStore", file.toString());
    System.setProperty("javax.net.ssl.trustStorePassword", new String(PASSWORD));
  }

  private KeyStore serverKey(String extension) throws Exception {
    Path file = directory.resolve("server.p12");
    List<String> line =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            "server",
            "-keyalg",
            "EC",
            "-dname",
            "CN=server",
            "-ext",
            extension,
            "-validity",
            "2",
            "-storetype",
            "PKCS12",
            "-keystore",
            file.toString(),
            "-storepass",
            new String(PASSWORD));
    Process keytool = new ProcessBuilder(line).redirectErrorStream(true).start();
    assertThat(keytool.waitFor()).as("keytool").isZero();
    return KeyStore.getInstance(file.toFile(), PASSWORD);
  }
}
