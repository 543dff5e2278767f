package dev.postern.sidecar.e2e;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.net.InetAddress;
import java.util.HashMap;

/** fabric8's server, which keeps what it is given and lets everybody do everything. */
final class MockKubeApi implements KubeApi {
  private final KubernetesMockServer mock =
      new KubernetesMockServer(
          new Context(),
          new MockWebServer(),
          new HashMap<>(),
          new KubernetesCrudDispatcher(),
          false);

  MockKubeApi() {
    mock.init(InetAddress.getLoopbackAddress(), 0);
  }

  @Override
  public Config administrator() {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl("http://127.0.0.1:" + mock.getPort())
        .build();
  }

  @Override
  public String namespace() {
    return Cluster.NAMESPACE;
  }

  @Override
  public boolean checksRights() {
    return false;
  }

  @Override
  public Identity pod(KubernetesClient administrator, String name, String account) {
    return new Identity("uid-of-" + name, "none");
  }

  @Override
  public void close() {
    mock.destroy();
  }
}
