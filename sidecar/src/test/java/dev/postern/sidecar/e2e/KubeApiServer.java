package dev.postern.sidecar.e2e;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** A real {@code kube-apiserver} with its {@code etcd}, as envtest starts them. */
final class KubeApiServer implements KubeApi {
  private final List<Process> processes = new ArrayList<>();
  private final Path directory;
  private final String administrator = UUID.randomUUID().toString();
  private final Map<String, String> accounts = new HashMap<>();
  private final int port = freePort();

  private KubeApiServer(Path directory) {
    this.directory = directory;
  }

  /**
   * @param programs has both of them
   */
  static KubeApiServer start(Path programs, Path directory) {
    KubeApiServer api = new KubeApiServer(directory);
    try {
      api.run(programs);
      Eventually.isTrue(
          () -> "kube-apiserver: " + Installation.read(directory.resolve("kube-apiserver.log")),
          api::listens);
      return api;
    } catch (IOException | NoSuchAlgorithmException e) {
      api.close();
      throw new IllegalStateException(e);
    } catch (AssertionError late) {
      api.close();
      throw late;
    }
  }

  private void run(Path programs) throws IOException, NoSuchAlgorithmException {
    String etcd = "http://127.0.0.1:" + freePort();
    start(
        programs.resolve("etcd"),
        "--data-dir=" + directory.resolve("etcd"),
        "--listen-client-urls=" + etcd,
        "--advertise-client-urls=" + etcd,
        "--listen-peer-urls=http://127.0.0.1:" + freePort());
    Path key = directory.resolve("service-account.key");
    KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
    keys.initialize(2048);
    Installation.write(
        key,
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder()
                .encodeToString(keys.generateKeyPair().getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n");
    Path tokens = directory.resolve("tokens.csv");
    StringBuilder users =
        new StringBuilder(administrator).append(",admin,admin,\"system:masters\"\n");
    for (String account : List.of("postern-sidecar", "postern-rotator")) {
      String token = UUID.randomUUID().toString();
      accounts.put(account, token);
      users.append(
          "%s,system:serviceaccount:%s:%s,%s,\"system:serviceaccounts\"\n"
              .formatted(token, Cluster.NAMESPACE, account, account));
    }
    Installation.write(tokens, users.toString());
    start(
        programs.resolve("kube-apiserver"),
        "--etcd-servers=" + etcd,
        "--bind-address=127.0.0.1",
        "--secure-port=" + port,
        "--cert-dir=" + directory.resolve("certificates"),
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-signing-key-file=" + key,
        "--service-account-key-file=" + key,
        "--token-auth-file=" + tokens,
        "--authorization-mode=RBAC",
        "--service-cluster-ip-range=10.0.0.0/24",
        "--disable-admission-plugins=ServiceAccount");
  }

  private void start(Path program, String... arguments) throws IOException {
    List<String> line = new ArrayList<>(List.of(program.toString()));
    line.addAll(List.of(arguments));
    processes.add(
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(program.getFileName() + ".log").toFile())
            .start());
  }

  private boolean listens() {
    return Installation.read(directory.resolve("kube-apiserver.log"))
        .contains("all system priority classes are created successfully");
  }

  private static int freePort() {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Config administrator() {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl("https://127.0.0.1:" + port)
        .withOauthToken(administrator)
        .withTrustCerts(true)
        .build();
  }

  @Override
  public String namespace() {
    return Cluster.NAMESPACE;
  }

  @Override
  public boolean checksRights() {
    return true;
  }

  /** Nothing here collects what a Pod that is missing owns. */
  @Override
  public Identity pod(KubernetesClient unused, String name, String account) {
    return new Identity("uid-of-" + name, Objects.requireNonNull(accounts.get(account), account));
  }

  @Override
  public void close() {
    processes.reversed().forEach(Process::destroyForcibly);
    processes.reversed().forEach(process -> process.onExit().join());
  }
}
