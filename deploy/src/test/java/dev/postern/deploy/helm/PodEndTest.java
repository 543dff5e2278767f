package dev.postern.deploy.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long the containers of a pod live beside each other, as far as the manifests decide it. */
class PodEndTest {
  @ParameterizedTest
  @CsvSource({"aws-irsa,Deployment", "job,Job"})
  void theSidecarStartsBeforeTheAppEndsAfterItAndKeepsNoJobFromFinishing(
      String variant, String kind) {
    JsonNode pod =
        Chart.POSTERN.rendering().variant(variant).manifests().pod(kind + " postern-example");
    // Only what restarts "Always" goes on running beside the app, and is not waited for at its end.
    JsonNode sidecar = pod.at("/spec/initContainers/0");
    assertThat(pod.at("/spec/initContainers")).hasSize(1);
    assertThat(sidecar.at("/name").asText()).isEqualTo("postern");
    assertThat(sidecar.at("/restartPolicy").asText()).isEqualTo("Always");
    // With which an API server before 1.29 refuses the pod.
    assertThat(sidecar.at("/startupProbe/httpGet/path").asText()).isEqualTo("/health/startup");
    assertThat(sidecar.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/health/live");
    assertThat(sidecar.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/health/ready");
    assertThat(names(pod.at("/spec/containers"))).containsExactly("app");
    assertThat(pod.at("/spec/terminationGracePeriodSeconds").asInt()).isEqualTo(45);
    assertThat(pod.at("/spec/restartPolicy").asText())
        .isEqualTo(kind.equals("Job") ? "OnFailure" : "");
  }

  @Test
  void withoutNativeSidecarsItIsAContainerBesideTheApp() {
    JsonNode pod =
        Chart.POSTERN
            .rendering()
            .variant("aws-irsa")
            .values("sidecar: {native: false}")
            .kubernetes("1.28.4")
            .manifests()
            .pod("Deployment postern-example");
    assertThat(pod.at("/spec/initContainers").isMissingNode()).isTrue();
    assertThat(names(pod.at("/spec/containers"))).containsExactly("app", "postern");
    assertThat(Manifests.container(pod, "postern").at("/restartPolicy").isMissingNode()).isTrue();
  }

  @Test
  void aPodNeedNotBeUnreadyForASecret() {
    JsonNode pod =
        Chart.POSTERN
            .rendering()
            .variant("aws-irsa")
            .values("sidecar: {readinessProbe: false}")
            .manifests()
            .pod("Deployment postern-example");
    assertThat(Manifests.container(pod, "postern").at("/readinessProbe").isMissingNode()).isTrue();
  }

  @Test
  void memoryHoldsWhatTheAppSeesAndTheAppCannotWriteThere() {
    JsonNode pod =
        Chart.POSTERN.rendering().variant("aws-irsa").manifests().pod("Deployment postern-example");
    assertThat(Manifests.elements(pod.at("/spec/volumes")))
        .filteredOn(volume -> volume.has("emptyDir"))
        .hasSize(2)
        .allSatisfy(
            volume -> {
              assertThat(volume.at("/emptyDir/medium").asText()).isEqualTo("Memory");
              assertThat(volume.at("/emptyDir/sizeLimit").asText()).isNotEmpty();
            });
    assertThat(Manifests.elements(Manifests.container(pod, "app").at("/volumeMounts")))
        .allMatch(mount -> mount.at("/readOnly").asBoolean());
  }

  @Test
  void oneRotatorHasItsJournalForItselfAndTwoHaveABudget() {
    Manifests alone =
        Chart.POSTERN
            .rendering()
            .variant("aws-irsa")
            .values("coordination: {type: none}")
            .manifests();
    JsonNode deployment = alone.one("Deployment postern-rotator");
    assertThat(deployment.at("/spec/replicas").asInt()).isEqualTo(1);
    assertThat(deployment.at("/spec/strategy/type").asText()).isEqualTo("Recreate");
    assertThat(alone.names()).contains("PersistentVolumeClaim postern-rotator-journal");
    assertThat(alone.all("PodDisruptionBudget")).isEmpty();

    Manifests two = Renderings.everything();
    deployment = two.one("Deployment postern-rotator");
    assertThat(deployment.at("/spec/replicas").asInt()).isEqualTo(2);
    assertThat(two.all("PersistentVolumeClaim")).isEmpty();
    assertThat(two.one("PodDisruptionBudget postern-rotator").at("/spec/maxUnavailable").asInt())
        .isEqualTo(1);
    for (JsonNode pod : two.pods()) {
      assertThat(names(Manifests.container(pod, "postern").at("/env")))
          .startsWith("POD_NAME", "POD_UID", "POD_NAMESPACE");
    }
  }

  private static List<String> names(JsonNode array) {
    return Manifests.elements(array).map(item -> item.at("/name").asText()).toList();
  }
}
