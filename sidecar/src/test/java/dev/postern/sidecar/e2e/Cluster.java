package dev.postern.sidecar.e2e;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
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
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A Kubernetes API, behind a network that can be cut: a real one where {@code KUBE_API_TEST_DIR}
 * names the folder of its programs, else fabric8's, which keeps what it is given.
 */
final class Cluster implements AutoCloseable {
  static final String NAMESPACE = "mail";

  private static final Path MANIFESTS =
      Path.of("../deploy/kubernetes/aws-irsa.yaml").toAbsolutePath().normalize();

  private final Runnable server;
  private final String scheme;
  private final Relay network;
  private final Path directory;
  private final KubernetesClient client;
  private UnaryOperator<String> tokens = account -> "none";

  private Cluster(Runnable server, URI api, String administrator, Path directory) {
    this.server = server;
    this.scheme = api.getScheme();
    this.network = Relay.before(api.getPort());
    this.directory = directory;
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(api.toString())
            .withOauthToken(administrator)
            .withTrustCerts(true)
            .withNamespace(NAMESPACE)
            .build();
    this.client =
        new KubernetesClientBuilder()
            .withConfig(config)
            .withHttpClientFactory(new JdkHttpClientFactory())
            .build();
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
    return new Cluster(
        mock::destroy, URI.create("http://127.0.0.1:" + mock.getPort()), "none", directory);
  }

  /** With the rights that the chart gives, and no others. */
  private static Cluster real(Path programs, Path directory) {
    KubeApiServer api = KubeApiServer.start(programs, directory);
    Cluster cluster =
        new Cluster(
            api::close,
            URI.create("https://127.0.0.1:" + api.port()),
            api.administrator(),
            directory);
    try {
      cluster.tokens = api::token;
      cluster.create("apiVersion: v1\nkind: Namespace\nmetadata: {name: " + NAMESPACE + "}\n");
      for (String manifest : Installation.read(MANIFESTS).split("\n---\n", -1)) {
        if (manifest.contains("\nkind: Role\n") || manifest.contains("\nkind: RoleBinding\n")) {
          cluster.create(manifest);
        }
      }
    } catch (RuntimeException failed) {
      cluster.close();
      throw failed;
    }
    return cluster;
  }

  private void create(String manifest) {
    GenericKubernetesResource one =
        Serialization.unmarshal(manifest, GenericKubernetesResource.class);
    client.resource(one).create();
  }

  /**
   * What an agent needs to find the API as if it were in this Pod.
   *
   * @param account the Pod's ServiceAccount
   */
  Map<String, String> environment(String pod, String account) {
    Path kubeconfig = directory.resolve(pod + ".kubeconfig");
    Installation.write(kubeconfig, kubeconfig(tokens.apply(account)));
    return Map.of(
        "KUBECONFIG",
        kubeconfig.toString(),
        "POD_NAME",
        pod,
        "POD_UID",
        "uid-of-" + pod,
        "POD_NAMESPACE",
        NAMESPACE);
  }

  private String kubeconfig(String token) {
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
  public void close() {
    client.close();
    network.close();
    server.run();
  }
}
