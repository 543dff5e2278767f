package dev.postern.deploy.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the chart makes, and says, of a fleet and of agents that do not know of each other. */
final class CoordinationTest {
  private static final String ALONE = "does not see the sidecars";

  private final Rendering kubernetes =
      Chart.POSTERN
          .rendering()
          .variant("vault-kubernetes")
          .values("coordination: {type: kubernetes}");
  private final Rendering none =
      Chart.POSTERN.rendering().variant("vault-kubernetes").values("coordination: {type: none}");

  @Test
  void whoInstallsWithoutCoordinationIsToldWhatThatMeansForALeak() {
    assertThat(none.notes())
        .contains(
            "kubectl -n mail exec deploy/postern-rotator -- postern rotate NAME --compromised",
            "With coordination.type none the rotator " + ALONE,
            "A leaked key is revoked as soon as its successor is in the\nstore")
        .doesNotContain("{{", "<no value>");
  }

  @Test
  void whoInstallsAFleetIsNotTold() {
    assertThat(kubernetes.notes())
        .contains("kubectl -n mail rollout status deploy/postern-rotator")
        .doesNotContain(ALONE, "{{", "<no value>");
  }

  @Test
  void withoutARotatorThereIsNothingToSayOfIt() {
    Rendering reader =
        Chart.POSTERN
            .rendering()
            .variant("vault-kubernetes")
            .values("coordination: {type: none}\nrotator: {enabled: false}");

    assertThat(reader.notes()).doesNotContain(ALONE, "deploy/postern-rotator");
  }

  @Test
  void oneRotatorKeepsItsOwnJournalWhereNobodyCoordinates() {
    Manifests manifests = none.manifests();
    JsonNode rotator = manifests.one("Deployment postern-rotator");

    assertThat(rotator.at("/spec/replicas").asInt()).isEqualTo(1);
    assertThat(rotator.at("/spec/strategy/type").asText()).isEqualTo("Recreate");
    assertThat(state(rotator).at("/persistentVolumeClaim/claimName").asText())
        .isEqualTo("postern-rotator-journal");
    assertThat(manifests.names())
        .contains("PersistentVolumeClaim postern-rotator-journal")
        .noneMatch(name -> name.startsWith("Role"))
        .noneMatch(name -> name.startsWith("ValidatingAdmissionPolicy"));
  }

  @Test
  void twoRotatorsShareTheFleetsJournalAndKeepNone() {
    Manifests manifests = kubernetes.manifests();
    JsonNode rotator = manifests.one("Deployment postern-rotator");

    assertThat(rotator.at("/spec/replicas").asInt()).isEqualTo(2);
    assertThat(rotator.at("/spec/strategy").isMissingNode()).isTrue();
    assertThat(state(rotator).at("/emptyDir/medium").asText()).isEqualTo("Memory");
    assertThat(manifests.all("PersistentVolumeClaim")).isEmpty();
    assertThat(manifests.names())
        .contains(
            "Role postern-rotator",
            "Role postern-sidecar",
            "RoleBinding postern-rotator",
            "RoleBinding postern-sidecar",
            "PodDisruptionBudget postern-rotator");
  }

  @Test
  void onlyAnAgentOfAFleetKnowsItsPodAndHasATokenOfTheApi() {
    for (String workload : Set.of("Deployment postern-rotator", "Deployment postern-example")) {
      assertThat(kubernetes.manifests().pod(workload).toString())
          .as(workload)
          .contains("POD_NAME", "POD_UID", "POD_NAMESPACE", "kube-root-ca.crt");
      assertThat(none.manifests().pod(workload).toString())
          .as(workload)
          .doesNotContain("POD_NAME", "POD_UID", "POD_NAMESPACE", "kube-root-ca.crt");
    }
  }

  private static JsonNode state(JsonNode workload) {
    return Manifests.elements(workload.at("/spec/template/spec/volumes"))
        .filter(volume -> volume.at("/name").asText().equals("postern-state"))
        .findFirst()
        .orElseThrow();
  }
}
