package dev.postern.sidecar.e2e;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A Kubernetes API, behind a network that can be cut: that of the cluster whose kubeconfig {@code
 * POSTERN_TEST_KUBECONFIG} names; else one that is started where {@code KUBE_API_TEST_DIR} names
 * the folder of its programs; else fabric8's, which keeps what it is given.
 */
final class Cluster implements AutoCloseable {
  /** Where the cluster is the test's own. */
  static final String NAMESPACE = "mail";

  private static final Path MANIFESTS =
      Path.of("../deploy/kubernetes/aws-irsa.yaml").toAbsolutePath().normalize();

  /** What the chart makes of those that an agent's rights come from. */
  private static final Set<String> RIGHTS = Set.of("ServiceAccount", "Role", "RoleBinding");

  private final KubeApi api;
  private final URI server;
  private final Relay network;
  private final Path directory;
  private final KubernetesClient client;

  private Cluster(KubeApi api, Path directory) {
    this.api = api;
    this.directory = directory;
    Config config = api.administrator();
    config.setNamespace(api.namespace());
    this.server = URI.create(config.getMasterUrl());
    this.network = Relay.before(new InetSocketAddress(server.getHost(), port(server)));
    this.client =
        new KubernetesClientBuilder()
            .withConfig(config)
            .withHttpClientFactory(new JdkHttpClientFactory())
            .build();
  }

  private static int port(URI server) {
    return server.getPort() >= 0 ? server.getPort() : 443;
  }

  static Cluster start(Path directory) {
    Cluster cluster = new Cluster(api(directory), directory);
    try {
      if (cluster.api.checksRights()) {
        cluster.giveRights();
      }
      return cluster;
    } catch (RuntimeException failed) {
      cluster.close();
      throw failed;
    }
  }

  private static KubeApi api(Path directory) {
    // Never KUBECONFIG: that is the cluster somebody works with.
    Optional<String> outside = Optional.ofNullable(System.getenv("POSTERN_TEST_KUBECONFIG"));
    Optional<String> programs = Optional.ofNullable(System.getenv("KUBE_API_TEST_DIR"));
    if (outside.isPresent()) {
      return new OutsideKubeApi(Path.of(outside.get()));
    }
    return programs.isPresent()
        ? KubeApiServer.start(Path.of(programs.get()), directory)
        : new MockKubeApi();
  }

  /** Those that the chart gives, and no others. */
  private void giveRights() {
    create("apiVersion: v1\nkind: Namespace\nmetadata: {name: " + api.namespace() + "}\n");
    String all =
        Installation.read(MANIFESTS)
            .replace("namespace: " + NAMESPACE + "\n", "namespace: " + api.namespace() + "\n");
    for (String manifest : all.split("\n---\n", -1)) {
      if (RIGHTS.stream().anyMatch(kind -> manifest.contains("\nkind: " + kind + "\n"))) {
        create(manifest);
      }
    }
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
    KubeApi.Identity identity = api.pod(client, pod, account);
    Path kubeconfig = directory.resolve(pod + ".kubeconfig");
    Installation.write(kubeconfig, kubeconfig(identity.token()));
    return Map.of(
        "KUBECONFIG",
        kubeconfig.toString(),
        "POD_NAME",
        pod,
        "POD_UID",
        identity.uid(),
        "POD_NAMESPACE",
        api.namespace());
  }

  /** By way of the network, whose name no certificate has. */
  private String kubeconfig(String token) {
    return """
    apiVersion: v1
    kind: Config
    clusters:
    - name: test
      cluster: {server: "%s://127.0.0.1:%d%s", insecure-skip-tls-verify: true}
    users:
    - name: test
      user: {token: %s}
    contexts:
    - name: test
      context: {cluster: test, user: test, namespace: %s}
    current-context: test
    """
        .formatted(server.getScheme(), network.port(), server.getPath(), token, api.namespace());
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
    try (api;
        network;
        client) {
      if (api.checksRights()) {
        client.namespaces().withName(api.namespace()).delete();
      }
    }
  }
}
