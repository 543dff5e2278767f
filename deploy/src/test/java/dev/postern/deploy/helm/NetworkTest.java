package dev.postern.deploy.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NetworkTest {
  @Test
  void theRotatorReachesNamesItsStoreAndTheProvider() {
    JsonNode policy = policy("rotator");
    assertThat(egress(policy))
        .containsExactly("kube-system:53,53", "vault:8200", ":443,6443", "0.0.0.0/0 ::/0:443,587");
    // The store in the cluster has a rule of its own; the provider is outside, and never the node's
    // metadata.
    assertThat(Manifests.texts(policy.at("/spec/egress/3/to/0/ipBlock/except")))
        .contains("169.254.0.0/16", "10.0.0.0/8");
  }

  @Test
  void aSidecarNeverReachesTheProvider() {
    assertThat(egress(policy("example")))
        .containsExactly("kube-system:53,53", "vault:8200", ":443,6443");
  }

  @Test
  void onlyMonitoringConnects() {
    for (String pod : List.of("rotator", "example")) {
      JsonNode policy = policy(pod);
      assertThat(Manifests.texts(policy.at("/spec/policyTypes")))
          .containsExactly("Ingress", "Egress");
      assertThat(policy.at("/spec/ingress")).hasSize(1);
      assertThat(policy.at("/spec/ingress/0/ports").toString())
          .isEqualTo("[{\"port\":9180,\"protocol\":\"TCP\"}]");
      assertThat(peer(policy.at("/spec/ingress/0/from/0"))).isEqualTo("monitoring");
    }
  }

  @Test
  void anAgentThatDoesNotCoordinateReachesNoApiServer() {
    Manifests alone =
        Chart.POSTERN
            .rendering()
            .variant("vault-kubernetes")
            .values("coordination: {type: none}")
            .manifests();
    assertThat(egress(alone.one("NetworkPolicy postern-example")))
        .containsExactly("kube-system:53,53", "vault:8200");
  }

  @Test
  void thePodMonitorFindsEveryAgentOfTheInstallationAndItsPort() {
    Manifests manifests = Renderings.everything();
    JsonNode monitor = manifests.one("PodMonitor postern");
    JsonNode role = monitor.at("/spec/selector/matchExpressions/0");
    // The rules in deploy/prometheus want it on every target.
    assertThat(monitor.at("/spec/podMetricsEndpoints/0/relabelings/0").toString())
        .isEqualTo("{\"targetLabel\":\"installation\",\"replacement\":\"prod-eu\"}");
    assertThat(manifests.pods())
        .hasSize(2)
        .allSatisfy(
            pod -> {
              assertThat(Manifests.texts(role.at("/values")))
                  .contains(pod.at("/metadata/labels").get(role.at("/key").asText()).asText());
              for (Map.Entry<String, JsonNode> label :
                  monitor.at("/spec/selector/matchLabels").properties()) {
                assertThat(pod.at("/metadata/labels").get(label.getKey()))
                    .isEqualTo(label.getValue());
              }
              assertThat(Manifests.container(pod, "postern").at("/ports/0/name"))
                  .isEqualTo(monitor.at("/spec/podMetricsEndpoints/0/port"));
            });
  }

  private static JsonNode policy(String of) {
    return Chart.POSTERN
        .rendering()
        .variant("vault-kubernetes")
        .manifests()
        .one("NetworkPolicy postern-" + of);
  }

  private static List<String> egress(JsonNode policy) {
    return Manifests.elements(policy.at("/spec/egress"))
        .map(
            rule ->
                String.join(" ", Manifests.elements(rule.at("/to")).map(NetworkTest::peer).toList())
                    + ":"
                    + String.join(
                        ",",
                        Manifests.elements(rule.at("/ports"))
                            .map(port -> port.at("/port").asText())
                            .toList()))
        .toList();
  }

  private static String peer(JsonNode peer) {
    return peer.has("ipBlock")
        ? peer.at("/ipBlock/cidr").asText()
        : peer.at("/namespaceSelector/matchLabels").get("kubernetes.io/metadata.name").asText();
  }
}
