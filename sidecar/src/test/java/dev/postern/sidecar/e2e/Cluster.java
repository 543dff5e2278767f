package dev.postern.sidecar.e2e;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A Kubernetes API, behind a network that can be cut: a real one where {@code KUBE_API_TEST_DIR}
 * names the folder of its programs, else fabric8's, which keeps what it is given.
 */
final class Cluster implements AutoCloseable {
  static final String NAMESPACE = "mail";

  private final AutoCloseable server;
  private final Relay network;
  private final String token;
  private final KubernetesClient client;
  private final Path kubeconfig;

  private Cluster(AutoCloseable server, String scheme, int port, String token, Path directory) {
    this.server = server;
    this.network = Relay.before(port);
    this.token = token;
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(scheme + "://127.0.0.1:" + port)
            .withOauthToken(token)
            .withTrustCerts(true)
            .withNamespace(NAMESPACE)
            .build();
    this.client =
        new KubernetesClientBuilder()
            .withConfig(config)
            .withHttpClientFactory(new JdkHttpClientFactory())
            .build();
    this.kubeconfig = directory.resolve("kubeconfig.yaml");
    Installation.write(kubeconfig, kubeconfig(scheme));
  }

  static Cluster start(Path directory) {
    return Optional.ofNullable(System.getenv("KUBE_API_TEST_DIR"))
        .map(programs -> real(Path.of(programs), directory))
        .orElseGet(() -> simulated(directory));
  }

  private static Cluster simulated(Path directory) {
    KubernetesMockServer mock =
        new KubernetesMockServer(
            new Context(),
            new MockWebServer(),
            new HashMap<>(),
            new KubernetesCrudDispatcher(),
            false);
    mock.init(InetAddress.getLoopbackAddress(), 0);
    return new Cluster(mock::destroy, "http", mock.getPort(), "none", directory);
  }

  private static Cluster real(Path programs, Path directory) {
    KubeApiServer api = KubeApiServer.start(programs, directory);
    Cluster cluster = new Cluster(api, "https", api.port(), api.token(), directory);
    cluster
        .client
        .namespaces()
        .resource(
            new io.fabric8.kubernetes.api.model.NamespaceBuilder()
                .withNewMetadata()
                .withName(NAMESPACE)
                .endMetadata()
                .build())
        .create();
    return cluster;
  }

  /** What an agent needs to find the API as if it were in this Pod. */
  Map<String, String> environment(String pod) {
    return Map.of(
        "KUBECONFIG", kubeconfig.toString(),
        "POD_NAME", pod,
        "POD_UID", "uid-of-" + pod,
        "POD_NAMESPACE", NAMESPACE);
  }

  private String kubeconfig(String scheme) {
    return """
    apiVersion: v1
    kind: Config
    clusters:
    - name: test
      cluster: {server: "%s://127.0.0.1:%d", insecure-skip-tls-verify: true}
    users:
    - name: test
      user: {token: %s}
    contexts:
    - name: test
      context: {cluster: test, user: test, namespace: %s}
    current-context: test
    """
        .formatted(scheme, network.port(), token, NAMESPACE);
  }

  Relay network() {
    return network;
  }

  /** Sets an annotation on the journal of a secret, as {@code kubectl annotate} does. */
  void annotateJournal(String key, String value) {
    ConfigMap journal =
        client.configMaps().withLabel("postern.dev/role", "journal").list().getItems().getFirst();
    client
        .configMaps()
        .withName(journal.getMetadata().getName())
        .edit(
            found -> {
              Map<String, String> notes =
                  new HashMap<>(
                      Optional.ofNullable(found.getMetadata().getAnnotations()).orElse(Map.of()));
              notes.put(key, value);
              found.getMetadata().setAnnotations(notes);
              return found;
            });
  }

  /** All that the agents have written there. */
  String dump() {
    return Serialization.asYaml(client.configMaps().list())
        + Serialization.asYaml(client.leases().list());
  }

  @Override
  public void close() throws Exception {
    client.close();
    network.close();
    server.close();
  }
}
