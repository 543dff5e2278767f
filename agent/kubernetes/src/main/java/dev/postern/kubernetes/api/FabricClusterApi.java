package dev.postern.kubernetes.api;

import dev.postern.kubernetes.api.ClusterObject.Kind;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapList;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseList;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The Kubernetes API by fabric8's client on the JDK's HTTP client. In a Pod it finds the API, its
 * certificate and the service account's token (which is read again as it is replaced) by itself;
 * elsewhere it takes {@code KUBECONFIG}.
 *
 * <p>Calls end within about {@link #CALL} and are never repeated here: who calls knows what a
 * repetition means. An update replaces the whole object, so finalizers and owners other than a Pod
 * that somebody has put there are lost.
 */
public final class FabricClusterApi implements ClusterApi {
  /** Two of them fit into the time that a rotator has to renew its Lease. */
  private static final Duration CALL = Duration.ofSeconds(4);

  private static final Duration CONNECT = Duration.ofSeconds(3);

  private final KubernetesClient client;
  private final String namespace;
  private final FabricWatch.Patience patience;
  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();

  FabricClusterApi(KubernetesClient client, String namespace, FabricWatch.Patience patience) {
    this.client = client;
    this.namespace = namespace;
    this.patience = patience;
  }

  /**
   * The API of the cluster that this Pod runs in.
   *
   * @param namespace of the objects
   */
  public static FabricClusterApi ofSurroundings(String namespace) {
    return of(Config.autoConfigure(null), namespace, FabricWatch.Patience.STANDARD);
  }

  static FabricClusterApi of(Config found, String namespace, FabricWatch.Patience patience) {
    Config config =
        new ConfigBuilder(found)
            .withNamespace(namespace)
            .withRequestTimeout((int) CALL.toMillis())
            .withConnectionTimeout((int) CONNECT.toMillis())
            .withRequestRetryBackoffLimit(0)
            // It would wait longer and longer, up to half a minute after the API has come back.
            .withWatchReconnectLimit(0)
            // One dead HTTP/2 connection of the JDK's client would fail all calls for minutes: it
            // stays in use after a call on it has timed out. One of HTTP/1.1 is closed.
            .withHttp2Disable(true)
            .withUserAgent("postern")
            .build();
    KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(config)
            .withHttpClientFactory(new JdkHttpClientFactory())
            .build();
    return new FabricClusterApi(client, namespace, patience);
  }

  @Override
  public Optional<ClusterObject> get(Kind kind, String name) {
    return call(
        "read " + words(kind, name),
        () ->
            Optional.<HasMetadata>ofNullable(
                    switch (kind) {
                      case LEASE -> leases().withName(name).get();
                      case CONFIG_MAP -> configMaps().withName(name).get();
                    })
                .map(FabricObjects::read));
  }

  @Override
  public List<ClusterObject> list(Kind kind, Map<String, String> labels) {
    return call(
        "list " + words(kind, "all"),
        () ->
            switch (kind) {
              case LEASE -> read(leases().withLabels(labels).list().getItems());
              case CONFIG_MAP -> read(configMaps().withLabels(labels).list().getItems());
            });
  }

  private static List<ClusterObject> read(List<? extends HasMetadata> items) {
    return items.stream().map(FabricObjects::read).toList();
  }

  @Override
  public ClusterObject create(ClusterObject object) {
    return call(
        "create " + words(object.kind(), object.name()),
        () -> FabricObjects.read(resource(object).create()));
  }

  @Override
  public ClusterObject update(ClusterObject object) {
    if (object.resourceVersion().isEmpty()) {
      throw new IllegalArgumentException("what is updated must have been read before");
    }
    return call(
        "update " + words(object.kind(), object.name()),
        () ->
            FabricObjects.read(
                resource(object).lockResourceVersion(object.resourceVersion()).update()));
  }

  @Override
  public void delete(Kind kind, String name, String resourceVersion) {
    call(
        "delete " + words(kind, name),
        () ->
            switch (kind) {
              case LEASE -> leases().withName(name).lockResourceVersion(resourceVersion).delete();
              case CONFIG_MAP ->
                  configMaps().withName(name).lockResourceVersion(resourceVersion).delete();
            });
  }

  @Override
  public Watch watch(Kind kind, Map<String, String> labels, ClusterListener listener) {
    String what = words(kind, "all");
    Watch watch =
        switch (kind) {
          case LEASE ->
              new FabricWatch<>(what, leases().withLabels(labels), listener, patience).start();
          case CONFIG_MAP ->
              new FabricWatch<>(what, configMaps().withLabels(labels), listener, patience).start();
        };
    watches.add(watch);
    return () -> {
      watches.remove(watch);
      watch.close();
    };
  }

  private Resource<? extends HasMetadata> resource(ClusterObject object) {
    return client.resource(FabricObjects.write(object)).inNamespace(namespace);
  }

  private NonNamespaceOperation<Lease, LeaseList, Resource<Lease>> leases() {
    MixedOperation<Lease, LeaseList, Resource<Lease>> all =
        client.resources(Lease.class, LeaseList.class);
    return all.inNamespace(namespace);
  }

  private NonNamespaceOperation<ConfigMap, ConfigMapList, Resource<ConfigMap>> configMaps() {
    return client.resources(ConfigMap.class, ConfigMapList.class).inNamespace(namespace);
  }

  private <T> T call(String what, Supplier<T> call) {
    try {
      return call.get();
    } catch (RuntimeException failure) {
      throw FabricErrors.translate(what, failure);
    }
  }

  private static String words(Kind kind, String name) {
    return switch (kind) {
      case LEASE -> "the Lease " + name;
      case CONFIG_MAP -> "the ConfigMap " + name;
    };
  }

  @Override
  public void close() {
    watches.forEach(Watch::close);
    client.close();
  }
}
