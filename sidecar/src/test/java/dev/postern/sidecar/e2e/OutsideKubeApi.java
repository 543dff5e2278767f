package dev.postern.sidecar.e2e;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * A cluster that is there anyway, in a namespace that did not exist before. Agents have the token
 * that their Pod would have, by the TokenRequest API; the Pods are real, so that nobody collects
 * Leases whose owner is missing, and are held back from ever being started.
 */
final class OutsideKubeApi implements KubeApi {
  /** The least that the API gives a token for is ten minutes. */
  private static final int TOKEN_SECONDS = 3600;

  private final Path kubeconfig;
  private final String namespace = "postern-test-" + UUID.randomUUID().toString().substring(0, 13);

  /**
   * @param kubeconfig its current context may make namespaces, and what is in them
   */
  OutsideKubeApi(Path kubeconfig) {
    if (!Files.isReadable(kubeconfig)) {
      throw new IllegalArgumentException("POSTERN_TEST_KUBECONFIG cannot be read: " + kubeconfig);
    }
    this.kubeconfig = kubeconfig;
  }

  @Override
  public Config administrator() {
    return Config.fromKubeconfig(kubeconfig.toFile());
  }

  @Override
  public String namespace() {
    return namespace;
  }

  @Override
  public boolean checksRights() {
    return true;
  }

  @Override
  public Identity pod(KubernetesClient administrator, String name, String account) {
    String manifest =
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s}
        spec:
          serviceAccountName: %s
          automountServiceAccountToken: false
          schedulingGates: [{name: postern.dev/never}]
          securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
          containers:
          - name: none
            image: postern.invalid/none
            securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
        """
            .formatted(name, account);
    Pod pod =
        administrator
            .resource(Serialization.unmarshal(manifest, Pod.class))
            .inNamespace(namespace)
            .create();
    String uid = pod.getMetadata().getUid();
    return new Identity(uid, token(administrator, name, uid, account));
  }

  private String token(KubernetesClient administrator, String pod, String uid, String account) {
    String answer =
        administrator.raw(
            "/api/v1/namespaces/" + namespace + "/serviceaccounts/" + account + "/token",
            "POST",
            Map.of(
                "apiVersion",
                "authentication.k8s.io/v1",
                "kind",
                "TokenRequest",
                "spec",
                Map.of(
                    "audiences",
                    List.of(),
                    "expirationSeconds",
                    TOKEN_SECONDS,
                    "boundObjectRef",
                    Map.of("apiVersion", "v1", "kind", "Pod", "name", pod, "uid", uid))));
    return Objects.requireNonNull(
            Serialization.unmarshal(answer, GenericKubernetesResource.class).get("status", "token"),
            "a TokenRequest is answered with a token")
        .toString();
  }

  @Override
  public void close() {
    // What the test made goes with its namespace.
  }
}
