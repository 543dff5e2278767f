package dev.postern.sidecar.e2e;

import dev.postern.store.vault.FakeVault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * For {@code benchmarks/run image}: a Vault over TLS with one secret, until it is killed, and in a
 * folder what a reader of it needs. The reader finds the folder at {@code /etc/postern}.
 */
final class LiveStore {
  private LiveStore() {}

  /**
   * @param arguments the folder, and the policy of a reader
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    TestServerKey key = TestServerKey.make(folder, "vault", "ip:127.0.0.1", "-1d", 30);
    try (FakeVault vault = FakeVault.start(key.context())) {
      vault.put("mail/sending", Map.of("api_key", "key-0123456789abcdef0123456789abcdef"));
      vault.admit("reader", "the-secret-id", Path.of(arguments[1]), Duration.ofMinutes(10));
      Installation.write(folder.resolve("secret-id"), "the-secret-id\n");
      Installation.write(folder.resolve("postern.yaml"), config(vault));
      new CountDownLatch(1).await();
    }
  }

  private static String config(FakeVault vault) {
    return """
    installation: benchmark
    stores:
      prod:
        type: vault
        address: %s
        ca: vault.pem
        auth: {method: approle, role-id: reader, secret-id-file: secret-id}
    secrets:
      sending-key:
        kind: static
        source: {store: prod, path: mail/sending}
        refresh: 5s
        consumers: {allow: [{uid: %d}]}
    socket: {path: /run/postern/postern.sock, mode: "0660"}
    management: {address: "127.0.0.1:0"}
    journal: {dir: /var/lib/postern}
    """
        .formatted(vault.uri(), ContainerInstallation.USER);
  }
}
