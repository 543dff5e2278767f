package dev.postern.deploy.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What the agents may do in a cluster. A new right has to be written here, too; that they need all
 * of these and no more is tested with the calls themselves, in agent/kubernetes (FleetRightsTest).
 */
class RightsTest {
  @Test
  void withoutCoordinationNobodyMayDoAnything() {
    for (String variant : Chart.VARIANTS) {
      Manifests manifests =
          Chart.POSTERN
              .rendering()
              .variant(variant)
              .values("coordination: {type: none}")
              .manifests();
      assertThat(manifests.names())
          .noneMatch(name -> name.contains("Role") || name.contains("Admission"));
      assertThat(manifests.pods())
          .noneSatisfy(pod -> assertThat(pod.toString()).contains("kubernetes.io/serviceaccount"));
    }
  }

  @Test
  void theReaderAndTheRotatorMayDoThisAndNoMore() {
    Manifests manifests = Renderings.everything();
    assertThat(rules(manifests.one("Role postern-sidecar")))
        .containsExactly(
            "/configmaps: list, watch", "coordination.k8s.io/leases: get, create, update");
    assertThat(rules(manifests.one("Role postern-rotator")))
        .containsExactly(
            "/configmaps: get, list, watch, create, update",
            "coordination.k8s.io/leases: get, list, watch, create, update");
    assertThat(manifests.names())
        .filteredOn(name -> name.contains("Role"))
        .containsExactlyInAnyOrder(
            "Role postern-sidecar",
            "Role postern-rotator",
            "RoleBinding postern-sidecar",
            "RoleBinding postern-rotator");
  }

  @Test
  void eachRoleIsBoundToItsOwnAccountAndToNoOther() {
    Manifests manifests = Renderings.everything();
    for (String role : List.of("sidecar", "rotator")) {
      JsonNode binding = manifests.one("RoleBinding postern-" + role);
      assertThat(binding.at("/roleRef").toString())
          .isEqualTo(
              "{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"Role\",\"name\":\"postern-"
                  + role
                  + "\"}");
      assertThat(binding.at("/subjects").toString())
          .isEqualTo(
              "[{\"kind\":\"ServiceAccount\",\"name\":\"postern-"
                  + role
                  + "\",\"namespace\":\"mail\"}]");
    }
  }

  @Test
  void aSidecarMayWriteNoLeaseButItsOwnWhereThePolicyIsInstalled() {
    JsonNode policy =
        Renderings.everything().one("ValidatingAdmissionPolicy postern-mail-own-lease-only");
    assertThat(policy.at("/spec/failurePolicy").asText()).isEqualTo("Fail");
    assertThat(policy.at("/spec/matchConditions/0/expression").asText())
        .isEqualTo("request.userInfo.username == 'system:serviceaccount:mail:postern-sidecar'");
    assertThat(policy.at("/spec/validations/0/expression").asText())
        .isEqualTo(
            "variables.pod != '' && object.metadata.name == 'postern-prod-eu-agent-' +"
                + " variables.pod");
    assertThat(policy.at("/spec/validations/1/expression").asText())
        .endsWith("object.metadata.ownerReferences[0].uid == variables.uid");
  }

  @Test
  void anInstallationThatIsNoDnsNameIsCalledInThePolicyAsTheFleetCallsIt() throws Exception {
    String hash =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-256")
                    .digest("prod_eu.1".getBytes(StandardCharsets.UTF_8)))
            .substring(0, 10);
    JsonNode policy =
        Chart.POSTERN
            .rendering()
            .variant("vault-kubernetes")
            .values(Renderings.EVERYTHING)
            .values("config: {installation: prod_eu.1}")
            .manifests()
            .one("ValidatingAdmissionPolicy postern-mail-own-lease-only");
    assertThat(policy.at("/spec/validations/0/expression").asText())
        .contains("'postern-prod-eu-1-" + hash + "-agent-'");
  }

  @Test
  void onlyTheAgentsContainerHasAToken() {
    for (String values : List.of("coordination: {type: none}", Renderings.EVERYTHING)) {
      JsonNode pod =
          Chart.POSTERN
              .rendering()
              .variant("vault-kubernetes")
              .values(values)
              .manifests()
              .pod("Deployment postern-example");
      assertThat(Manifests.container(pod, "app").at("/volumeMounts").toString())
          .isEqualTo(
              "[{\"name\":\"postern-run\",\"mountPath\":\"/run/postern\",\"readOnly\":true}]");
      assertThat(Manifests.container(pod, "postern").at("/volumeMounts").toString())
          .contains("/var/run/secrets/postern");
    }
  }

  private static List<String> rules(JsonNode role) {
    List<String> rules = new ArrayList<>();
    for (JsonNode rule : role.at("/rules")) {
      assertThat(rule.properties())
          .extracting(java.util.Map.Entry::getKey)
          .containsExactlyInAnyOrder("apiGroups", "resources", "verbs");
      rules.add(
          String.join("+", Manifests.texts(rule.at("/apiGroups")))
              + "/"
              + String.join("+", Manifests.texts(rule.at("/resources")))
              + ": "
              + String.join(", ", Manifests.texts(rule.at("/verbs"))));
    }
    return rules;
  }
}
