package dev.postern.sidecar.e2e;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;

/** An API server for a test, and how it knows who calls. */
interface KubeApi extends AutoCloseable {

  /** What a Pod is there. The token is of the test's own cluster, and of its namespace. */
  record Identity(String uid, String token) {}

  /** Of somebody who may do everything that the test does. */
  Config administrator();

  /** Nobody else's. */
  String namespace();

  /** Whether it keeps out who has no right. */
  boolean checksRights();

  /** Makes a Pod as far as the API is to know of it. */
  Identity pod(KubernetesClient administrator, String name, String account);

  @Override
  void close();
}
