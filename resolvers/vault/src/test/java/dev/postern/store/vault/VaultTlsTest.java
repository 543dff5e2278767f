package dev.postern.store.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.Version;
import dev.postern.store.SecretPath;
import dev.postern.store.SecretStore;
import dev.postern.store.StoreException;
import dev.postern.store.vault.VaultConfig.ClientCertificate;
import dev.postern.store.vault.VaultConfig.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Over TLS: whom the store trusts, and what it shows. Certificates are made by the JDK's keytool.
 */
@Timeout(120)
final class VaultTlsTest {
  private static final SecretPath PATH = new SecretPath("mail/sending");
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir private Path directory;

  @Test
  void serverOfTheConfiguredAuthorityIsTrustedAndNoOther() throws Exception {
    Identity server = identity("server", "EC", "SAN=ip:127.0.0.1");
    Identity stranger = identity("stranger", "EC", "SAN=ip:127.0.0.1");
    try (FakeVault vault = vault(server, Optional.empty());
        SecretStore trusting = open(vault, new Tls(Optional.of(server.certificate()), none()));
        SecretStore wary = open(vault, new Tls(Optional.of(stranger.certificate()), none()));
        SecretStore unconfigured = open(vault, Tls.DEFAULT)) {
      assertThat(trusting.head(PATH).current()).isEqualTo(new Version("1"));
      for (SecretStore other : List.of(wary, unconfigured)) {
        assertThatExceptionOfType(StoreException.Unavailable.class)
            .isThrownBy(() -> other.head(PATH))
            .withMessageContaining("its certificate is not trusted");
      }
    }
  }

  @Test
  void certificateForAnotherNameIsRefused() throws Exception {
    Identity server = identity("server", "EC", "SAN=dns:vault.example.com");
    try (FakeVault vault = vault(server, Optional.empty());
        SecretStore store = open(vault, new Tls(Optional.of(server.certificate()), none()))) {
      assertThatExceptionOfType(StoreException.Unavailable.class)
          .isThrownBy(() -> store.head(PATH))
          .withMessageContaining("or is for another name");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA"})
  void clientCertificateIsShownWhereItIsDemanded(String algorithm) throws Exception {
    Identity server = identity("server", "EC", "SAN=ip:127.0.0.1");
    Identity client = identity("client", algorithm, "SAN=dns:agent");
    Optional<Path> ca = Optional.of(server.certificate());
    ClientCertificate shown = new ClientCertificate(client.certificate(), client.key());
    try (FakeVault vault = vault(server, Optional.of(client));
        SecretStore known = open(vault, new Tls(ca, Optional.of(shown)));
        SecretStore unknown = open(vault, new Tls(ca, none()))) {
      assertThat(known.head(PATH).current()).isEqualTo(new Version("1"));
      assertThatExceptionOfType(StoreException.Unavailable.class)
          .isThrownBy(() -> unknown.head(PATH));
    }
  }

  @Test
  void authorityIsReadAgainWhenItsFileChanges() throws Exception {
    Identity server = identity("server", "EC", "SAN=ip:127.0.0.1");
    Identity former = identity("former", "EC", "SAN=ip:127.0.0.1");
    Path ca = Files.copy(former.certificate(), directory.resolve("ca.pem"));
    try (FakeVault vault = vault(server, Optional.empty());
        SecretStore store = open(vault, new Tls(Optional.of(ca), none()))) {
      assertThatExceptionOfType(StoreException.Unavailable.class)
          .isThrownBy(() -> store.head(PATH));
      Files.copy(server.certificate(), directory.resolve("next.pem"));
      Files.move(directory.resolve("next.pem"), ca, StandardCopyOption.REPLACE_EXISTING);
      assertThat(store.head(PATH).current()).isEqualTo(new Version("1"));
    }
  }

  @Test
  void filesThatHoldSomethingElseAreNamed() throws Exception {
    Identity server = identity("server", "EC", "SAN=ip:127.0.0.1");
    Path words = Files.writeString(directory.resolve("words.pem"), "canary-of-the-file");
    Tls badKey = new Tls(none(), Optional.of(new ClientCertificate(server.certificate(), words)));
    try (FakeVault vault = vault(server, Optional.empty());
        SecretStore noCa = open(vault, new Tls(Optional.of(words), none()));
        SecretStore noKey = open(vault, badKey);
        SecretStore noFile = open(vault, new Tls(Optional.of(directory.resolve("none")), none()))) {
      assertThatExceptionOfType(StoreException.Malformed.class)
          .isThrownBy(() -> noCa.head(PATH))
          .withMessageContaining("holds no certificate in PEM form");
      assertThatExceptionOfType(StoreException.Malformed.class)
          .isThrownBy(() -> noKey.head(PATH))
          .withMessageContaining("holds no unencrypted PKCS #8 key")
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain("canary"));
      assertThatExceptionOfType(StoreException.Unavailable.class)
          .isThrownBy(() -> noFile.head(PATH))
          .withMessageContaining("does not exist");
    }
  }

  /** A self-signed certificate, which so is its own authority. */
  private record Identity(KeyStore keys, Path certificate, Path key) {}

  private Identity identity(String name, String algorithm, String extension) throws Exception {
    Path file = directory.resolve(name + ".p12");
    List<String> line =
        Stream.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                algorithm,
                "-dname",
                "CN=" + name,
                "-ext",
                extension,
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .toList();
    Process keytool = new ProcessBuilder(line).redirectErrorStream(true).start();
    assertThat(keytool.waitFor()).as("keytool").isZero();
    KeyStore keys = KeyStore.getInstance(file.toFile(), PASSWORD);
    Certificate certificate = keys.getCertificate(name);
    Key key = keys.getKey(name, PASSWORD);
    return new Identity(
        keys,
        pem(name + ".pem", "CERTIFICATE", certificate.getEncoded()),
        pem(name + ".key", "PRIVATE KEY", key.getEncoded()));
  }

  private Path pem(String file, String type, byte[] content) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return Files.writeString(
        directory.resolve(file),
        "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n");
  }

  private static FakeVault vault(Identity server, Optional<Identity> client) throws Exception {
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(server.keys(), PASSWORD);
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    KeyStore anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null, null);
    if (client.isPresent()) {
      anchors.setCertificateEntry("client", client.get().keys().getCertificate("client"));
    } else {
      anchors.setCertificateEntry("server", server.keys().getCertificate("server"));
    }
    trusted.init(anchors);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
    FakeVault vault = FakeVault.start(InstantSource.system(), tls, client.isPresent());
    vault.put(PATH.value(), Map.of("api_key", "one"));
    return vault;
  }

  private static SecretStore open(FakeVault vault, Tls tls) {
    return VaultScene.open(
        VaultScene.config(vault.uri(), tls),
        vault.tokens().issue(FakeTokens.Role.of(VaultScene.policy("reader"))));
  }

  private static <T> Optional<T> none() {
    return Optional.empty();
  }
}
