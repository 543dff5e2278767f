package dev.postern.store.vault;

import dev.postern.store.StoreException;
import dev.postern.store.vault.VaultConfig.ClientCertificate;
import dev.postern.store.vault.VaultConfig.Tls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Whom to trust, and what to show of oneself. The driver's own way knows RSA client keys only. */
final class VaultTls {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");
  private static final char[] NO_PASSWORD = {};

  private VaultTls() {}

  /** What the configured files looked like; another one means that they were changed. */
  record Stamp(List<FileState> states) {}

  static Stamp stateOf(Tls tls) {
    return new Stamp(
        Stream.concat(
                tls.ca().stream(),
                tls.client().stream().flatMap(c -> List.of(c.certificate(), c.key()).stream()))
            .map(FileState::of)
            .toList());
  }

  /** Empty when the JDK's own is to be used. */
  static Optional<SSLContext> context(VaultConfig config) {
    Tls tls = config.tls();
    if (tls.ca().isEmpty() && tls.client().isEmpty()) {
      return Optional.empty();
    }
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          tls.client().isPresent() ? keys(config.name(), tls.client().get()) : null,
          tls.ca().isPresent() ? trust(config.name(), tls.ca().get()) : null,
          null);
      return Optional.of(context);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the JDK lacks a part of TLS", e);
    }
  }

  private static TrustManager[] trust(String store, Path ca)
      throws GeneralSecurityException, IOException {
    KeyStore anchors = empty();
    int count = 0;
    for (Certificate certificate : certificates(store, ca)) {
      anchors.setCertificateEntry("ca-" + count++, certificate);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(anchors);
    return factory.getTrustManagers();
  }

  private static KeyManager[] keys(String store, ClientCertificate client)
      throws GeneralSecurityException, IOException {
    Certificate[] chain = certificates(store, client.certificate()).toArray(Certificate[]::new);
    KeyStore identity = empty();
    identity.setKeyEntry("client", privateKey(store, client.key()), NO_PASSWORD, chain);
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(identity, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static Collection<? extends Certificate> certificates(String store, Path file)
      throws GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    byte[] pem = read(store, file);
    try {
      Collection<? extends Certificate> found =
          factory.generateCertificates(new ByteArrayInputStream(pem));
      if (!found.isEmpty()) {
        return found;
      }
    } catch (GeneralSecurityException e) {
      // The message below says it; the JDK's may quote the file.
    }
    throw new StoreException.Malformed(
        "store %s: %s holds no certificate in PEM form".formatted(store, file));
  }

  private static PrivateKey privateKey(String store, Path file) {
    byte[] pem = read(store, file);
    byte @Nullable [] encoded = null;
    try {
      Matcher block = KEY.matcher(new String(pem, StandardCharsets.ISO_8859_1));
      if (block.find()) {
        encoded = Base64.getMimeDecoder().decode(block.group(1));
        for (String algorithm : ALGORITHMS) {
          PrivateKey key = generate(algorithm, encoded);
          if (key != null) {
            return key;
          }
        }
      }
    } finally {
      Arrays.fill(pem, (byte) 0);
      if (encoded != null) {
        Arrays.fill(encoded, (byte) 0);
      }
    }
    throw new StoreException.Malformed(
        "store %s: %s holds no unencrypted PKCS #8 key; make one of it with openssl pkcs8 -topk8 -nocrypt"
            .formatted(store, file));
  }

  private static @Nullable PrivateKey generate(String algorithm, byte[] encoded) {
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      return null;
    }
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static byte[] read(String store, Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw CredentialFile.unreadable(store, file, e);
    }
  }
}
